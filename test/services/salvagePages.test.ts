import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readTablePage, storedRows } from '../../electron/services/salvagePages'

const page = (...bytes: number[]) => Buffer.concat([Buffer.from(bytes), Buffer.alloc(512 - bytes.length)])

it('reads any bytes, and nothing beyond the page', () => {
  const anyPage = fc
    .tuple(fc.constantFrom(0x0d, 0x05), fc.uint8Array({ minLength: 511, maxLength: 511 }))
    .map(([type, rest]) => Buffer.from([type, ...rest]))
  fc.assert(
    fc.property(anyPage, (bytes) => {
      const read = readTablePage(bytes)
      if (read?.kind === 'interior') expect(read.children.every(Number.isSafeInteger)).toBe(true)
      expect(storedRows(bytes, 5).length).toBeLessThanOrEqual(5)
    }),
  )
})

it('reads how the values of a row are stored', () => {
  // One cell at 16: 9 bytes of record, row 1; then a NULL, a 2-byte integer, a text of one letter, a blob of two bytes.
  const leaf = page(0x0d, 0, 0, 0, 1, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 9, 1, 5, 0, 2, 15, 16)
  expect(readTablePage(leaf)).toEqual({ kind: 'leaf' })
  expect(storedRows(leaf, 5)).toEqual([['null', 'integer', 'text', 'blob']])
})

it('takes no page of an index, and no empty one, for one of a table', () => {
  expect(readTablePage(page(0x0a, 0, 0, 0, 1))).toBeNull()
  expect(readTablePage(page(0x0d, 0, 0, 0, 0))).toBeNull()
  expect(readTablePage(page(0x0d, 0, 0, 0xff, 0xff))).toBeNull()
})
