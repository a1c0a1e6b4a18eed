"""Alembic's side of the table in docs/migrations.md: the changes that test/bench/besideAlembic.ts makes to Sequelize models,
to SQLAlchemy's. Prints one JSON object: versions, and what each change is found as, by default and with every option on."""

import json
import sys

import alembic
import sqlalchemy as sa
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext


def column(name, kind=sa.String(20), **options):
    return sa.Column(name, kind, **options)


def users(*more, **replaced):
    parts = {
        "id": sa.Column("id", sa.Integer, primary_key=True),
        "age": sa.Column("age", sa.Integer),
        "email": sa.Column("email", sa.String(50), nullable=False),
        **replaced,
    }
    return lambda meta: sa.Table("users", meta, *parts.values(), *more)


def age(**options):
    return sa.Column("age", sa.Integer, **options)


def counting(meta):
    made = users()(meta)
    made.dialect_options["sqlite"]["autoincrement"] = True
    return made


def table(name, *columns):
    return lambda meta: sa.Table(name, meta, sa.Column("id", sa.Integer, primary_key=True), *columns)


def visits(*keys, **options):
    key = [sa.ForeignKey("users.id", name="fk", **options)] if not keys else []
    return table("visits", sa.Column("user_id", sa.Integer, *key))


def check(text):
    return sa.CheckConstraint(text, name="ck")


def index(*columns, **options):
    return lambda meta: users(sa.Index("ix", *columns, **options))(meta)


CASES = {
    "table added": (lambda: [users()], lambda: [users(), table("courses")]),
    "table removed": (lambda: [users(), table("courses")], lambda: [users()]),
    "column added": (lambda: [users()], lambda: [users(column("phone"))]),
    "column removed": (lambda: [users(column("phone"))], lambda: [users()]),
    "NULL no longer allowed": (lambda: [users()], lambda: [users(age=age(nullable=False))]),
    "type changed": (lambda: [users()], lambda: [users(email=sa.Column("email", sa.Text, nullable=False))]),
    "server default changed": (
        lambda: [users(age=age(server_default=sa.text("1")))],
        lambda: [users(age=age(server_default=sa.text("2")))],
    ),
    "CHECK added": (lambda: [users()], lambda: [users(check("age > 0"))]),
    "CHECK removed": (lambda: [users(check("age > 0"))], lambda: [users()]),
    "CHECK’s text changed": (lambda: [users(check("age > 0"))], lambda: [users(check("age > 1"))]),
    "index added": (lambda: [users()], lambda: [index("age")]),
    "partial index’s condition changed": (
        lambda: [index("age", sqlite_where=sa.text("age > 1"))],
        lambda: [index("age", sqlite_where=sa.text("age > 2"))],
    ),
    "index’s expression changed": (
        lambda: [index(sa.text("lower(email)"))],
        lambda: [index(sa.text("upper(email)"))],
    ),
    "named unique added": (lambda: [users()], lambda: [users(sa.UniqueConstraint("age", name="uq"))]),
    "foreign key added": (lambda: [users(), visits(None)], lambda: [users(), visits()]),
    "ON DELETE changed": (lambda: [users(), visits()], lambda: [users(), visits(ondelete="CASCADE")]),
    "ON UPDATE changed": (lambda: [users(), visits()], lambda: [users(), visits(onupdate="CASCADE")]),
    "primary key changed": (lambda: [users()], lambda: [users(age=age(primary_key=True))]),
    "AUTOINCREMENT added": (lambda: [users()], lambda: [counting]),
    # A model of SQLAlchemy has neither.
    "trigger added": None,
    "view added": None,
    "column renamed": (lambda: [users(column("phone"))], lambda: [users(column("mobile"))]),
    "table renamed": (lambda: [users(), table("people")], lambda: [users(), table("persons")]),
    "the same unique declared twice": (
        lambda: [],
        lambda: [
            users(
                sa.UniqueConstraint("email", name="uq_users_email"),
                email=sa.Column("email", sa.String(50), nullable=False, unique=True),
            )
        ],
    ),
}


def metadata(tables):
    meta = sa.MetaData()
    for make in tables:
        make(meta)
    return meta


def detect(before, after, **options):
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        metadata(before()).create_all(connection)
        context = MigrationContext.configure(connection, opts=options)
        upgrade = produce_migrations(context, metadata(after())).upgrade_ops
        code = render_python_code(upgrade)
    kinds = [diff[0] for diff in flat(upgrade.as_diffs())]
    uniques = code.count("UniqueConstraint('email'")
    return kinds + ([f"unique written {uniques} x"] if uniques else [])


def flat(diffs):
    for diff in diffs:
        yield from diff if isinstance(diff, list) else [diff]


def main():
    found = {
        name: None if case is None else {
            "standard": detect(*case),
            "all": detect(*case, compare_type=True, compare_server_default=True),
        }
        for name, case in CASES.items()
    }
    json.dump({"alembic": alembic.__version__, "sqlalchemy": sa.__version__, "found": found}, sys.stdout)


main()
