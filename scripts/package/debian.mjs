// The .deb, made of the packed program without a download: the same on a release machine and where a test installs it.
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Installer } from 'electron-installer-debian'
import config from '../../electron-builder.config.mjs'
import { electronRuntime } from '../electron.mjs'
import { displayPackages, electronPackages } from '../setup/linuxPackages.mjs'
import { iconFolder } from './icons.mjs'

const here = import.meta.dirname
const depends = [
  // Either name: Debian's 64-bit time change has renamed some.
  ...electronPackages.map((name) => `${name} | ${name}t64`),
  // What tells the desktop of the file kind and of the program that opens it, and opens a log or a folder for it.
  'desktop-file-utils',
  'shared-mime-info',
  'xdg-utils',
]
const iconSizes = [16, 24, 32, 48, 64, 128, 256, 512]

class RollbookDeb extends Installer {
  /** @override */
  get contentFunctions() {
    return [...super.contentFunctions, 'copyMimeType']
  }

  /** Makes `.rollbook` a kind of file. dpkg's triggers tell the desktop of it. */
  async copyMimeType() {
    const folder = join(this.stagingDir, 'usr', 'share', 'mime', 'packages')
    await mkdir(folder, { recursive: true, mode: 0o755 })
    await copyFile(join(here, 'rollbook.xml'), join(folder, 'rollbook.xml'))
  }
}

/**
 * Builds the package of the program in `folder` (electron-builder's `linux-unpacked`) and returns its path. Needs
 * dpkg-deb. Throws with its words.
 * @param {string} folder
 * @param {string} output
 * @param {string} version
 * @returns {Promise<string>}
 */
export async function makeDeb(folder, output, version) {
  // The library asks here which libraries this Electron needs; electron-builder has left it out.
  await writeFile(join(folder, 'version'), electronRuntime().version)
  const installer = new RollbookDeb({
    src: folder,
    dest: output,
    rename: (/** @type {string} */ dest, /** @type {string} */ name) => join(dest, name),
    logger: () => {},
    arch: 'amd64',
    options: {
      name: 'rollbook',
      productName: 'Rollbook',
      genericName: 'Student Records',
      version,
      bin: 'bin/rollbook',
      section: 'education',
      // The smallest takes a minute, which a test need not wait for.
      compression: electronRuntime().isFallback ? 'zstd' : 'xz',
      maintainer: config.linux?.maintainer,
      description: 'student management system that works offline',
      productDescription:
        'People, courses and enrolments of a school in one local file, with import and export of the files that schools exchange, and without a server.',
      depends,
      // The command line, where there is no display.
      recommends: displayPackages,
      categories: ['Education', 'Office'],
      mimeType: ['application/vnd.rollbook'],
      desktopTemplate: join(here, 'rollbook.desktop.ejs'),
      icon: {
        ...Object.fromEntries(
          iconSizes.map((size) => [`${size}x${size}`, join(iconFolder, `${size}x${size}.png`)]),
        ),
        scalable: join(iconFolder, 'icon.svg'),
      },
    },
  })
  const defaults = await installer.generateDefaults()
  // It asks for one of five ways to a wastebasket, and the first that apt takes brings half of KDE.
  Object.assign(defaults, { depends: [], recommends: [], suggests: [] })
  installer.generateOptions()
  await installer.createStagingDir()
  await installer.createContents()
  await installer.createPackage()
  await installer.movePackage()
  const [made] = installer.options.packagePaths
  return made
}
