import { expect, it } from 'vitest'
import { commaSeparated } from '../../electron/database/schema/sqlReader'
import { SqlSyntaxError, sameSql, tokenize } from '../../electron/database/schema/sqlTokens'

it('tells words, names, strings, blobs, numbers, variables and operators apart', () => {
  const sql = `select "a""b", \`c\`\`d\`, [e f], 'g''h' -- to the end
    /* over
       lines */ x'0A' 0x1F 1_000.5e-3 .5 :i ?1 j->>'$.k' || 'Đ' <> čč`
  expect(tokenize(sql).map(({ kind, value }) => `${kind} ${value}`)).toEqual([
    ...[
      'word select',
      'name a"b',
      'operator ,',
      'name c`d',
      'operator ,',
      'name e f',
      'operator ,',
      "string g'h",
    ],
    ...[
      "blob x'0A'",
      'number 0x1F',
      'number 1_000.5e-3',
      'number .5',
      'variable :i',
      'variable ?1',
      'word j',
    ],
    ...['operator ->>', 'string $.k', 'operator ||', 'string Đ', 'operator <>', 'word čč'],
  ])
})

it('says where a text is not SQL', () => {
  expect(() => tokenize(`a = 'b`)).toThrow(SqlSyntaxError)
  expect(() => tokenize(`a = 'b`)).toThrow("a string is not closed: 'b")
  expect(() => tokenize('a "b')).toThrow('a name is not closed')
  expect(() => tokenize('a \\ b')).toThrow("'\\' is not understood")
})

it.each([
  ['a>0', 'A  > 0 -- years'],
  ['"age" IS NULL', '[Age] is null'],
  ['((age > 0))', 'age > 0'],
  ['a != b AND c == d', '`a` <> b and c = d'],
  ["x'aB'", "X'Ab'"],
])('takes %s and %s for the same', (a, b) => expect(sameSql(a, b)).toBe(true))

it.each([
  ["a = 'B'", "a = 'b'"],
  ['a = "b c"', 'a = b c'],
  ["a = 'b'", 'a = b'],
  ['(a) + (b)', 'a + b'],
  ['a - 1', 'a + 1'],
])('takes %s and %s for different', (a, b) => expect(sameSql(a, b)).toBe(false))

it('separates by commas outside brackets', () => {
  expect(commaSeparated('lower(a, b), "c,d" DESC , e')).toEqual(['lower(a, b)', '"c,d" DESC', 'e'])
})
