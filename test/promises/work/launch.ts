import { mkdir } from 'node:fs/promises'
import { forkParser } from '../../helpers/forkParser'
import { WorkedAtSchool } from './steps'

/** What is wrong with the next launch of the program on a school: it has to open the file for writing, and to show people. */
export async function launchProblems(file: string, workFolder: string): Promise<string[]> {
  const problems: string[] = []
  await mkdir(workFolder, { recursive: true })
  const onUnexpected = (method: string, error: unknown) => problems.push(`${method}: ${String(error)}`)
  const school = new WorkedAtSchool({ file, sources: '', workFolder, forkParser, onUnexpected })
  try {
    await school.open()
    await school.look()
  } catch (error) {
    problems.push(`the next launch fails: ${String(error)}`)
  } finally {
    await school.close()
  }
  return problems
}
