CREATE TABLE "change_sets" (
  "change_set_id" INTEGER NOT NULL CONSTRAINT "pk_change_sets" PRIMARY KEY AUTOINCREMENT,
  "command" TEXT NOT NULL,
  "person" TEXT NOT NULL,
  "created_at" DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "schema_version" INTEGER NOT NULL,
  "summary" TEXT NOT NULL,
  "params" TEXT NOT NULL DEFAULT '{}',
  "columns" TEXT NOT NULL DEFAULT '{}',
  "change_count" INTEGER NOT NULL DEFAULT 0,
  "undoes" INTEGER,
  "digest" BLOB,
  CONSTRAINT "ck_change_sets_created_at" CHECK (created_at IS strftime('%Y-%m-%d %H:%M:%f +00:00', created_at)),
  CONSTRAINT "ck_change_sets_params" CHECK (json_valid(params)),
  CONSTRAINT "ck_change_sets_columns" CHECK (json_valid(columns)),
  CONSTRAINT "fk_change_sets_undoes" FOREIGN KEY ("undoes") REFERENCES "change_sets" ("change_set_id")
);

CREATE UNIQUE INDEX "uq_change_sets_undoes" ON "change_sets" ("undoes") WHERE undoes IS NOT NULL;

CREATE TABLE "changes" (
  "change_id" INTEGER NOT NULL CONSTRAINT "pk_changes" PRIMARY KEY,
  "change_set_id" INTEGER NOT NULL,
  "entity" TEXT NOT NULL,
  "record_id" INTEGER NOT NULL,
  "before" TEXT,
  "after" TEXT,
  "salt" BLOB,
  "digest" BLOB,
  CONSTRAINT "ck_changes_before" CHECK (before IS NULL OR json_valid(before)),
  CONSTRAINT "ck_changes_after" CHECK (after IS NULL OR json_valid(after)),
  CONSTRAINT "fk_changes_change_set_id" FOREIGN KEY ("change_set_id") REFERENCES "change_sets" ("change_set_id")
);

CREATE INDEX "ix_changes_entity_record_id" ON "changes" ("entity", "record_id");

CREATE UNIQUE INDEX "uq_changes_change_set_id_entity_record_id" ON "changes" ("change_set_id", "entity", "record_id");

CREATE TABLE "courses" (
  "course_id" INTEGER NOT NULL CONSTRAINT "pk_courses" PRIMARY KEY AUTOINCREMENT,
  "name" VARCHAR(100) NOT NULL,
  "description" TEXT,
  "start_date" DATE NOT NULL,
  "end_date" DATE NOT NULL,
  "created_at" DATETIME DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "updated_at" DATETIME DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "is_active" BOOLEAN NOT NULL DEFAULT 1, "name_sort" TEXT NOT NULL DEFAULT '', "name_folded" TEXT NOT NULL DEFAULT '', "class_type" VARCHAR(20) NOT NULL DEFAULT 'scheduled', "external_id" VARCHAR(100), "details" TEXT,
  CONSTRAINT "ck_courses_name" CHECK (typeof(name) = 'text' AND length(name) BETWEEN 1 AND 100),
  CONSTRAINT "ck_courses_description" CHECK (typeof(description) IN ('null', 'text')),
  CONSTRAINT "ck_courses_start_date" CHECK (start_date IS date(start_date)),
  CONSTRAINT "ck_courses_end_date" CHECK (end_date IS date(end_date)),
  CONSTRAINT "ck_courses_period" CHECK (end_date >= start_date),
  CONSTRAINT "ck_courses_created_at" CHECK (created_at IS strftime('%Y-%m-%d %H:%M:%f +00:00', created_at)),
  CONSTRAINT "ck_courses_updated_at" CHECK (updated_at IS strftime('%Y-%m-%d %H:%M:%f +00:00', updated_at)),
  CONSTRAINT "ck_courses_is_active" CHECK (is_active IN (0, 1) AND typeof(is_active) = 'integer')
, CONSTRAINT "ck_courses_class_type" CHECK (class_type IN ('scheduled', 'homeroom')), CONSTRAINT "ck_courses_external_id" CHECK (external_id IS NULL OR (typeof(external_id) = 'text' AND length(external_id) BETWEEN 1 AND 100)), CONSTRAINT "ck_courses_details" CHECK (details IS NULL OR (json_valid(details) AND json_type(details) = 'object')));

CREATE INDEX "ix_courses_created_at" ON "courses" ("created_at");

CREATE INDEX "ix_courses_end_date" ON "courses" ("end_date");

CREATE INDEX "ix_courses_is_active" ON "courses" ("is_active");

CREATE INDEX "ix_courses_name_folded" ON "courses" ("name_folded");

CREATE INDEX "ix_courses_name_sort" ON "courses" ("name_sort");

CREATE INDEX "ix_courses_start_date" ON "courses" ("start_date");

CREATE INDEX "ix_courses_updated_at" ON "courses" ("updated_at");

CREATE UNIQUE INDEX "uq_courses_external_id" ON "courses" ("external_id");

CREATE TRIGGER tr_courses_homeroom AFTER UPDATE OF class_type ON courses
      WHEN new.class_type <> old.class_type
      BEGIN UPDATE enrollments SET is_homeroom = (new.class_type = 'homeroom') WHERE course_id = new.course_id; END;

CREATE TRIGGER tr_courses_search_delete AFTER DELETE ON courses BEGIN INSERT INTO courses_search (courses_search, rowid, text) VALUES ('delete', old.course_id, old.name_folded); END;

CREATE TRIGGER tr_courses_search_insert AFTER INSERT ON courses BEGIN INSERT INTO courses_search (rowid, text) VALUES (new.course_id, new.name_folded); END;

CREATE TRIGGER tr_courses_search_update AFTER UPDATE OF course_id, name_folded ON courses BEGIN INSERT INTO courses_search (courses_search, rowid, text) VALUES ('delete', old.course_id, old.name_folded); INSERT INTO courses_search (rowid, text) VALUES (new.course_id, new.name_folded); END;

CREATE TRIGGER tr_courses_updated_at AFTER UPDATE OF name, description, start_date, end_date, is_active, class_type, external_id, details ON courses
      WHEN new.updated_at IS old.updated_at
      BEGIN UPDATE courses SET updated_at = strftime('%Y-%m-%d %H:%M:%f +00:00', 'now') WHERE course_id = new.course_id; END;

CREATE VIRTUAL TABLE courses_search USING fts5(text, content='courses_search_text',
    content_rowid='course_id', tokenize='trigram', columnsize=0);

CREATE VIEW courses_search_text AS SELECT course_id, name_folded AS text FROM courses;

CREATE TABLE "enrollments" (
  "enrollment_id" INTEGER NOT NULL CONSTRAINT "pk_enrollments" PRIMARY KEY AUTOINCREMENT,
  "enrolled_date" DATETIME DEFAULT (strftime('%Y-%m-%d 00:00:00.000 +00:00', 'now')),
  "end_date" DATETIME,
  "updated_at" DATETIME DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "associative_data" TEXT,
  "user_id" INTEGER NOT NULL,
  "course_id" INTEGER NOT NULL,
  "status" VARCHAR(20) NOT NULL DEFAULT 'enrolled',
  "end_reason" VARCHAR(200),
  "external_id" VARCHAR(100),
  "is_homeroom" BOOLEAN NOT NULL DEFAULT 0,
  CONSTRAINT "ck_enrollments_enrolled_date" CHECK (enrolled_date IS strftime('%Y-%m-%d 00:00:00.000 +00:00', enrolled_date)),
  CONSTRAINT "ck_enrollments_end_date" CHECK (end_date IS strftime('%Y-%m-%d 00:00:00.000 +00:00', end_date)),
  CONSTRAINT "ck_enrollments_period" CHECK (end_date IS NULL OR enrolled_date IS NULL OR end_date >= enrolled_date),
  CONSTRAINT "ck_enrollments_updated_at" CHECK (updated_at IS strftime('%Y-%m-%d %H:%M:%f +00:00', updated_at)),
  CONSTRAINT "ck_enrollments_associative_data" CHECK (typeof(associative_data) IN ('null', 'text')),
  CONSTRAINT "ck_enrollments_status" CHECK (status IN ('enrolled', 'completed', 'withdrawn')),
  CONSTRAINT "ck_enrollments_end_reason" CHECK (end_reason IS NULL OR (typeof(end_reason) = 'text' AND length(end_reason) BETWEEN 1 AND 200)),
  CONSTRAINT "ck_enrollments_external_id" CHECK (external_id IS NULL OR (typeof(external_id) = 'text' AND length(external_id) BETWEEN 1 AND 100)),
  CONSTRAINT "ck_enrollments_is_homeroom" CHECK (is_homeroom IN (0, 1) AND typeof(is_homeroom) = 'integer'),
  CONSTRAINT "fk_enrollments_user_id" FOREIGN KEY ("user_id") REFERENCES "users" ("user_id"),
  CONSTRAINT "fk_enrollments_course_id" FOREIGN KEY ("course_id") REFERENCES "courses" ("course_id")
);

CREATE INDEX "ix_enrollments_course_id" ON "enrollments" ("course_id");

CREATE INDEX "ix_enrollments_end_date" ON "enrollments" ("end_date");

CREATE INDEX "ix_enrollments_enrolled_date" ON "enrollments" ("enrolled_date");

CREATE INDEX "ix_enrollments_status_end_date" ON "enrollments" ("status", "end_date");

CREATE INDEX "ix_enrollments_updated_at" ON "enrollments" ("updated_at");

CREATE INDEX "ix_enrollments_user_id" ON "enrollments" ("user_id");

CREATE UNIQUE INDEX "uq_enrollments_external_id" ON "enrollments" ("external_id");

CREATE UNIQUE INDEX "uq_enrollments_user_id_course_id_open" ON "enrollments" ("user_id", "course_id") WHERE "status" = 'enrolled';

CREATE UNIQUE INDEX "uq_enrollments_user_id_homeroom" ON "enrollments" ("user_id") WHERE "is_homeroom" = 1 AND "status" = 'enrolled';

CREATE TRIGGER tr_enrollments_homeroom_insert AFTER INSERT ON enrollments
      WHEN new.is_homeroom <> (SELECT class_type = 'homeroom' FROM courses WHERE course_id = new.course_id)
      BEGIN UPDATE enrollments SET is_homeroom = 1 - new.is_homeroom WHERE enrollment_id = new.enrollment_id; END;

CREATE TRIGGER tr_enrollments_homeroom_update AFTER UPDATE OF course_id, is_homeroom ON enrollments
      WHEN new.is_homeroom <> (SELECT class_type = 'homeroom' FROM courses WHERE course_id = new.course_id)
      BEGIN UPDATE enrollments SET is_homeroom = 1 - new.is_homeroom WHERE enrollment_id = new.enrollment_id; END;

CREATE TRIGGER tr_enrollments_updated_at AFTER UPDATE OF enrolled_date, end_date, associative_data, user_id, course_id, status, end_reason, external_id ON enrollments
      WHEN new.updated_at IS old.updated_at
      BEGIN UPDATE enrollments SET updated_at = strftime('%Y-%m-%d %H:%M:%f +00:00', 'now') WHERE enrollment_id = new.enrollment_id; END;

CREATE TABLE "own_fields" (
  "own_field_id" INTEGER NOT NULL CONSTRAINT "pk_own_fields" PRIMARY KEY AUTOINCREMENT,
  "entity" VARCHAR(20) NOT NULL,
  "key" VARCHAR(50) NOT NULL,
  "label" VARCHAR(100) NOT NULL,
  "kind" VARCHAR(20) NOT NULL,
  "choices" TEXT,
  "is_sensitive" BOOLEAN NOT NULL DEFAULT 0,
  "created_at" DATETIME DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "updated_at" DATETIME DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  CONSTRAINT "uq_own_fields_entity_key" UNIQUE ("entity", "key"),
  CONSTRAINT "ck_own_fields_entity" CHECK (entity IN ('users', 'courses', 'enrollments')),
  CONSTRAINT "ck_own_fields_key" CHECK (typeof(key) = 'text' AND length(key) BETWEEN 1 AND 50),
  CONSTRAINT "ck_own_fields_label" CHECK (typeof(label) = 'text' AND length(label) BETWEEN 1 AND 100),
  CONSTRAINT "ck_own_fields_kind" CHECK (kind IN ('text', 'longText', 'integer', 'boolean', 'day', 'choice')),
  CONSTRAINT "ck_own_fields_choices" CHECK (choices IS NULL OR json_valid(choices)),
  CONSTRAINT "ck_own_fields_is_sensitive" CHECK (is_sensitive IN (0, 1) AND typeof(is_sensitive) = 'integer'),
  CONSTRAINT "ck_own_fields_created_at" CHECK (created_at IS strftime('%Y-%m-%d %H:%M:%f +00:00', created_at)),
  CONSTRAINT "ck_own_fields_updated_at" CHECK (updated_at IS strftime('%Y-%m-%d %H:%M:%f +00:00', updated_at))
);

CREATE TRIGGER tr_own_fields_updated_at AFTER UPDATE OF entity, key, label, kind, choices, is_sensitive ON own_fields
      WHEN new.updated_at IS old.updated_at
      BEGIN UPDATE own_fields SET updated_at = strftime('%Y-%m-%d %H:%M:%f +00:00', 'now') WHERE own_field_id = new.own_field_id; END;

CREATE TABLE "schools" (
  "school_id" INTEGER NOT NULL CONSTRAINT "pk_schools" PRIMARY KEY,
  "name" VARCHAR(100) NOT NULL,
  "language" VARCHAR(10) NOT NULL,
  "key_version" INTEGER NOT NULL,
  "created_at" DATETIME DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "updated_at" DATETIME DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  CONSTRAINT "ck_schools_school_id" CHECK (school_id = 1),
  CONSTRAINT "ck_schools_name" CHECK (typeof(name) = 'text' AND length(name) BETWEEN 1 AND 100),
  CONSTRAINT "ck_schools_language" CHECK (typeof(language) = 'text' AND length(language) BETWEEN 2 AND 10),
  CONSTRAINT "ck_schools_key_version" CHECK (typeof(key_version) = 'integer'),
  CONSTRAINT "ck_schools_created_at" CHECK (created_at IS strftime('%Y-%m-%d %H:%M:%f +00:00', created_at)),
  CONSTRAINT "ck_schools_updated_at" CHECK (updated_at IS strftime('%Y-%m-%d %H:%M:%f +00:00', updated_at))
);

CREATE TABLE "user_types" (
  "user_type_id" INTEGER NOT NULL CONSTRAINT "pk_user_types" PRIMARY KEY AUTOINCREMENT,
  "created_at" DATETIME DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "updated_at" DATETIME DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "name" VARCHAR(50) NOT NULL, "name_sort" TEXT NOT NULL DEFAULT '', "name_folded" TEXT NOT NULL DEFAULT '',
  CONSTRAINT "uq_user_types_name" UNIQUE ("name"),
  CONSTRAINT "ck_user_types_name" CHECK (typeof(name) = 'text' AND length(name) BETWEEN 1 AND 50),
  CONSTRAINT "ck_user_types_created_at" CHECK (created_at IS strftime('%Y-%m-%d %H:%M:%f +00:00', created_at)),
  CONSTRAINT "ck_user_types_updated_at" CHECK (updated_at IS strftime('%Y-%m-%d %H:%M:%f +00:00', updated_at))
);

CREATE INDEX "ix_user_types_created_at" ON "user_types" ("created_at");

CREATE INDEX "ix_user_types_name_folded" ON "user_types" ("name_folded");

CREATE INDEX "ix_user_types_name_sort" ON "user_types" ("name_sort");

CREATE INDEX "ix_user_types_updated_at" ON "user_types" ("updated_at");

CREATE TRIGGER tr_user_types_updated_at AFTER UPDATE OF name ON user_types
    WHEN new.updated_at IS old.updated_at
    BEGIN UPDATE user_types SET updated_at = strftime('%Y-%m-%d %H:%M:%f +00:00', 'now') WHERE user_type_id = new.user_type_id; END;

CREATE TABLE "users" (
  "user_id" INTEGER NOT NULL CONSTRAINT "pk_users" PRIMARY KEY AUTOINCREMENT,
  "first_name" VARCHAR(50) NOT NULL,
  "last_name" VARCHAR(50) NOT NULL,
  "email" VARCHAR(100) NOT NULL,
  "age" INTEGER,
  "is_active" BOOLEAN NOT NULL DEFAULT 1,
  "created_at" DATETIME DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "updated_at" DATETIME DEFAULT (strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')),
  "last_login" DATETIME,
  "user_type_id" INTEGER NOT NULL, "first_name_sort" TEXT NOT NULL DEFAULT '', "last_name_sort" TEXT NOT NULL DEFAULT '', "first_name_folded" TEXT NOT NULL DEFAULT '', "last_name_folded" TEXT NOT NULL DEFAULT '', "birth_date" DATE, "external_id" VARCHAR(100), "details" TEXT,
  CONSTRAINT "uq_users_email" UNIQUE ("email"),
  CONSTRAINT "ck_users_first_name" CHECK (typeof(first_name) = 'text' AND length(first_name) BETWEEN 1 AND 50),
  CONSTRAINT "ck_users_last_name" CHECK (typeof(last_name) = 'text' AND length(last_name) BETWEEN 1 AND 50),
  CONSTRAINT "ck_users_email" CHECK (typeof(email) = 'text' AND length(email) BETWEEN 1 AND 100 AND email LIKE '_%@_%._%' AND email = lower(trim(email))),
  CONSTRAINT "ck_users_age" CHECK (age IS NULL OR (typeof(age) = 'integer' AND age > 0)),
  CONSTRAINT "ck_users_is_active" CHECK (is_active IN (0, 1) AND typeof(is_active) = 'integer'),
  CONSTRAINT "ck_users_created_at" CHECK (created_at IS strftime('%Y-%m-%d %H:%M:%f +00:00', created_at)),
  CONSTRAINT "ck_users_updated_at" CHECK (updated_at IS strftime('%Y-%m-%d %H:%M:%f +00:00', updated_at)),
  CONSTRAINT "ck_users_last_login" CHECK (last_login IS strftime('%Y-%m-%d %H:%M:%f +00:00', last_login)),
  CONSTRAINT "fk_users_user_type_id" FOREIGN KEY ("user_type_id") REFERENCES "user_types" ("user_type_id")
, CONSTRAINT "ck_users_birth_date" CHECK (birth_date IS date(birth_date)), CONSTRAINT "ck_users_age_or_birth_date" CHECK (age IS NULL OR birth_date IS NULL), CONSTRAINT "ck_users_external_id" CHECK (external_id IS NULL OR (typeof(external_id) = 'text' AND length(external_id) BETWEEN 1 AND 100)), CONSTRAINT "ck_users_details" CHECK (details IS NULL OR (json_valid(details) AND json_type(details) = 'object')));

CREATE INDEX "ix_users_age" ON "users" ("age");

CREATE INDEX "ix_users_birth_date_age" ON "users" ("birth_date" DESC, "age");

CREATE INDEX "ix_users_created_at" ON "users" ("created_at");

CREATE INDEX "ix_users_first_name_folded" ON "users" ("first_name_folded");

CREATE INDEX "ix_users_first_name_sort" ON "users" ("first_name_sort", "last_name_sort");

CREATE INDEX "ix_users_is_active" ON "users" ("is_active");

CREATE INDEX "ix_users_last_name_folded" ON "users" ("last_name_folded");

CREATE INDEX "ix_users_last_name_sort" ON "users" ("last_name_sort", "first_name_sort");

CREATE INDEX "ix_users_updated_at" ON "users" ("updated_at");

CREATE INDEX "ix_users_user_type_id" ON "users" ("user_type_id");

CREATE UNIQUE INDEX "uq_users_external_id" ON "users" ("external_id");

CREATE TRIGGER tr_users_search_delete AFTER DELETE ON users BEGIN INSERT INTO users_search (users_search, rowid, text) VALUES ('delete', old.user_id, old.first_name_folded || ' ' || old.last_name_folded || iif(old.email LIKE '%@no-email.invalid', '', ' ' || old.email)); END;

CREATE TRIGGER tr_users_search_insert AFTER INSERT ON users BEGIN INSERT INTO users_search (rowid, text) VALUES (new.user_id, new.first_name_folded || ' ' || new.last_name_folded || iif(new.email LIKE '%@no-email.invalid', '', ' ' || new.email)); END;

CREATE TRIGGER tr_users_search_update AFTER UPDATE OF user_id, first_name_folded, last_name_folded, email ON users BEGIN INSERT INTO users_search (users_search, rowid, text) VALUES ('delete', old.user_id, old.first_name_folded || ' ' || old.last_name_folded || iif(old.email LIKE '%@no-email.invalid', '', ' ' || old.email)); INSERT INTO users_search (rowid, text) VALUES (new.user_id, new.first_name_folded || ' ' || new.last_name_folded || iif(new.email LIKE '%@no-email.invalid', '', ' ' || new.email)); END;

CREATE TRIGGER tr_users_updated_at AFTER UPDATE OF first_name, last_name, email, age, is_active, last_login, user_type_id, birth_date, external_id, details ON users
      WHEN new.updated_at IS old.updated_at
      BEGIN UPDATE users SET updated_at = strftime('%Y-%m-%d %H:%M:%f +00:00', 'now') WHERE user_id = new.user_id; END;

CREATE VIRTUAL TABLE users_search USING fts5(text, content='users_search_text',
    content_rowid='user_id', tokenize='trigram', columnsize=0);

CREATE VIEW users_search_text AS SELECT user_id, first_name_folded || ' ' || last_name_folded || iif(email LIKE '%@no-email.invalid', '', ' ' || email) AS text FROM users;
