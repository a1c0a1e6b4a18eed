import { afterAll, afterEach } from 'vitest'
import { note } from '../../promises/trials'

/**
 * Notes what became of a file's tests of Electron's security checklist (`items`: "1 and 18"), for the table that
 * `npm run promises` prints. `control` says what is seen where it is allowed.
 */
export function noteChecklist(items: string, control: string): void {
  const what = `Electron's security checklist, ${items}`
  let [trials, failures] = [0, 0]
  afterEach(({ task }) => {
    trials++
    if (task.result?.state === 'fail') failures++
  })
  afterAll(() => note({ promise: 'P11', what, trials, failures, control }))
}
