import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findFolders } from '../../electron/services/home'
import { policyFile } from '../../electron/services/policy'
import { commandLine, type CommandLine } from '../helpers/commandLine'
import { temporaryFolder } from '../helpers/school'

const NONE = { ROLLBOOK_POLICY: '/no/such/policy.json' }

describe('the folders of one user', () => {
  it('lie where the system keeps such things, and never where they would roam', () => {
    const linux = findFolders({ ...NONE, XDG_DATA_HOME: '/data' }, 'linux')
    expect(linux).toEqual({ home: '/data/Rollbook', schools: '/data/Rollbook/schools' })
    expect(findFolders(NONE, 'linux').home).toBe(join(homedir(), '.local/share/Rollbook'))
    expect(findFolders({ ...NONE, XDG_DATA_HOME: 'data' }, 'linux').home).toBe(
      findFolders(NONE, 'linux').home,
    )
    expect(findFolders({ ...NONE, HOME: '' }, 'linux').home).toBe(
      join(userInfo().homedir, '.local/share/Rollbook'),
    )
    expect(findFolders(NONE, 'darwin').home).toBe(join(homedir(), 'Library/Application Support/Rollbook'))
    const windows = { ...NONE, LOCALAPPDATA: 'C:\\U\\AppData\\Local', APPDATA: 'C:\\U\\AppData\\Roaming' }
    expect(findFolders(windows, 'win32').schools).toBe('C:\\U\\AppData\\Local\\Rollbook\\schools')
  })

  it('are by ROLLBOOK_HOME, else by the policy, else the usual ones', async () => {
    const env = await policy({ home: '/srv/home', schools: '/srv/schools' })
    expect(findFolders(env)).toEqual({ home: '/srv/home', schools: '/srv/schools' })
    expect(findFolders({ ...env, ROLLBOOK_HOME: '/mine' })).toEqual({
      home: '/mine',
      schools: '/srv/schools',
    })
    expect(findFolders(await policy({ home: '/srv/home' })).schools).toBe('/srv/home/schools')
    expect(findFolders({ ...(await policy({})), XDG_DATA_HOME: '/data' }, 'linux').home).toBe(
      '/data/Rollbook',
    )
    expect(findFolders({ ...NONE, ROLLBOOK_HOME: 'here' }).home).toBe(join(process.cwd(), 'here'))
  })

  it('are one user’s, though one policy serves everybody', async () => {
    const linux = await policy({ home: '/srv/$USER/rollbook', schools: '~/schools' })
    expect(findFolders({ ...linux, USER: 'ana' }, 'linux')).toEqual({
      home: '/srv/ana/rollbook',
      schools: join(homedir(), 'schools'),
    })
    const windows = await policy({ home: '%SystemDrive%\\Data\\%USERNAME%' })
    expect(findFolders({ ...windows, SystemDrive: 'D:', USERNAME: 'Ana' }, 'win32').home).toBe(
      'D:\\Data\\Ana',
    )
  })

  it('are by a policy that each system keeps where only an administrator writes', () => {
    expect(policyFile({}, 'linux')).toBe('/etc/rollbook/policy.json')
    expect(policyFile({}, 'darwin')).toBe('/Library/Application Support/Rollbook/policy.json')
    expect(policyFile({ ProgramData: 'D:\\All' }, 'win32')).toBe('D:\\All\\Rollbook\\policy.json')
  })

  it('are by a policy that Windows’ own editor wrote', async () => {
    const file = join(await temporaryFolder(), 'policy.json')
    await writeFile(file, '\uFEFF{"home": "/srv"}')
    expect(findFolders({ ROLLBOOK_POLICY: file }).home).toBe('/srv')
  })
})

describe('a policy that cannot be followed', () => {
  const cases: [string, string, string[]][] = [
    ['an unknown key', '{"home": "/srv", "folder": "/x"}', ['“folder”', 'home, schools']],
    ['a number', '{"schools": 5}', ['“schools”', ' 5 ', '/srv/rollbook/$USER']],
    ['nothing', '{"home": null}', ['“home”', ' null ']],
    ['a folder without its root', '{"home": "rollbook"}', ['“home”', '"rollbook"', 'whole path']],
    ['an empty folder', '{"home": ""}', ['“home”', '""']],
    ['another’s home', '{"home": "~ana/rollbook"}', ['"~ana/rollbook"']],
    ['no such variable', '{"home": "/srv/$NO_SUCH"}', ['NO_SUCH', '“home”']],
    ['a list', '["/srv"]', ['one JSON object', 'home, schools']],
    ['no JSON', 'home = /srv', ['one JSON object']],
    ['a file of UTF-16', '\0{\0}', ['UTF-8']],
  ]

  it.each(cases)('%s: the command line names the file and what is accepted', async (_what, text, words) => {
    const terminal = await commandLine()
    const file = await terminal.write('policy.json', text)
    const { exitCode, stdout, stderr } = await runUnder(terminal, file)
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    for (const word of [file, ...words]) expect(stderr).toContain(word)
  })

  it('because it cannot be read, or is no file, is no reason to go on without it', async () => {
    const terminal = await commandLine()
    const folder = join(terminal.folder, 'policy.json')
    await mkdir(folder)
    expect(await runUnder(terminal, folder)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`${folder} cannot be read (EISDIR)`) as string,
    })
    if (process.getuid?.() === 0) return
    const file = await terminal.write('secret.json', '{}')
    await chmod(file, 0)
    expect((await runUnder(terminal, file)).stderr).toContain('(EACCES)')
  })

  it('is told to programs as one object, and does not stand in the way of help', async () => {
    const terminal = await commandLine()
    const file = await terminal.write('policy.json', '[]')
    expect((await runUnder(terminal, file, '--json')).json).toMatchObject({
      error: { code: 'invalid', reason: 'policy-no-object' },
    })
    const env = { ROLLBOOK_POLICY: file }
    expect(await terminal.runIn({ env }, 'help', 'import')).toMatchObject({ exitCode: 0 })
  })
})

/** An environment with a policy of its own. */
async function policy(content: object): Promise<{ ROLLBOOK_POLICY: string }> {
  const file = join(await temporaryFolder(), 'policy.json')
  await writeFile(file, JSON.stringify(content))
  return { ROLLBOOK_POLICY: file }
}

function runUnder({ runIn, file, home }: CommandLine, policyPath: string, ...more: string[]) {
  return runIn({ env: { ROLLBOOK_POLICY: policyPath, ROLLBOOK_HOME: home } }, 'info', file, ...more)
}
