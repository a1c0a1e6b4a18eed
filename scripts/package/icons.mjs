// The program's icon in all sizes, drawn from icon.svg by Electron itself.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { electronEnvironment, electronRuntime } from '../electron.mjs'
import { projectFolder } from '../places.mjs'
import { run } from '../process/command.mjs'
import { openDisplay } from '../process/display.mjs'
import { sandboxArguments } from '../process/sandbox.mjs'

/** Where the pictures go: `512x512.png` and so on, the names that packagers of Linux look for. */
export const iconFolder = join(projectFolder, 'out', 'icons')

const sizes = [16, 24, 32, 48, 64, 128, 256, 512, 1024]

/** Draws every size. Needs set-up's Electron. */
export async function drawIcons() {
  await mkdir(iconFolder, { recursive: true })
  const display = await openDisplay()
  try {
    const runtime = electronRuntime()
    const painter = join(import.meta.dirname, 'iconPainter.cjs')
    const source = join(import.meta.dirname, 'icon.svg')
    const args = [painter, ...sandboxArguments(), source, ...sizes.map(String)]
    const env = electronEnvironment(runtime, display.env)
    /** @type {Record<string, string>} size -> PNG in base64 */
    const pictures = JSON.parse(await run(runtime.executable, args, { env, timeoutMs: 60_000 }))
    for (const [size, picture] of Object.entries(pictures))
      await writeFile(join(iconFolder, `${size}x${size}.png`), Buffer.from(picture, 'base64'))
    await writeFile(join(iconFolder, 'icon.svg'), await readFile(source))
  } finally {
    display.close()
  }
}
