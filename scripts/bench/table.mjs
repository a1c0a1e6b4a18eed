// The figures of a bench, beside their peers.

/**
 * @typedef {object} BenchRow
 * @property {string} work
 * @property {number | null} ours null where it was not run
 * @property {number | null} peer
 * @property {string} unit
 * @property {string} aim what the ratio, or ours where there is no peer, should be at most
 * @property {string} note
 */

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2
}

/**
 * For how long a process was blocked at most, in milliseconds, while it worked.
 * @param {number} ours
 * @param {number | null} idle the same of a thread with nothing to do, where there was one
 * @returns {BenchRow}
 */
export function blockRow(ours, idle = null) {
  return {
    work: 'longest block of the process meanwhile',
    ours,
    peer: idle,
    unit: 'ms',
    aim: '50 ms',
    note: idle === null ? '' : 'a thread with nothing to do, which waits for the processor too',
  }
}

/**
 * @param {string} machine
 * @param {BenchRow[]} rows
 */
export function printTable(machine, rows) {
  const cells = rows.map(({ work, ours, peer, unit, aim, note }) => [
    work,
    ours === null ? 'not run' : `${round(ours)} ${unit}`,
    peer === null ? '' : `${round(peer)} ${unit}`,
    ours !== null && peer !== null ? `${(ours / peer).toFixed(2)} x` : '',
    aim,
    note,
  ])
  const lines = [['work', 'ours', 'peer', 'ratio', 'aim', 'note'], ...cells]
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)))
  process.stdout.write(`${machine}\n`)
  for (const line of lines)
    process.stdout.write(
      `${line
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd()}\n`,
    )
}

/** @param {number} value */
const round = (value) => (value < 10 ? value.toFixed(2) : value.toFixed(0))
