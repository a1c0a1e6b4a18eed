// What the installers of each system are made of. `npm run dist` builds with it (scripts/dist.mjs).
import { join } from 'node:path'
import { addonBeforePack } from './scripts/package/addonOfArch.mjs'
import { iconFolder } from './scripts/package/icons.mjs'
import { installOnlyPackages } from './scripts/package/installOnly.mjs'

/** @type {import('electron-builder').Configuration} */
export default {
  appId: 'org.rollbook.Rollbook',
  productName: 'Rollbook',
  copyright: 'The Rollbook authors, MIT licence',
  directories: { output: 'dist', buildResources: 'scripts/package' },
  publish: null,

  files: [
    'package.json',
    'out/{main,preload,renderer}/**',
    '!out/main/cli.cjs', // Plain Node's entry.
    `!node_modules/{${installOnlyPackages().join(',')}}/**`,
    '!node_modules/**/*.{ts,cts,mts,map,md,markdown,flow,c,cc,h,gyp,gypi}',
    '!node_modules/{lodash/fp,moment/dist,moment/locale,moment/min,moment/src,sqlite3/deps}/**',
    '!node_modules/{moment-timezone/builds,validator/es}/**',
  ],
  asar: true,
  asarUnpack: ['node_modules/sqlite3/build/Release/node_sqlite3.node'],
  // Every word is from our own catalogs; Chromium's menus and dates are in these.
  electronLanguages: ['en', 'en-US', 'en-GB'],
  // Set-up compiles sqlite3 on a sound SQLite; electron-builder would compile the one that the package bundles.
  npmRebuild: false,
  beforePack: addonBeforePack,

  // docs/promises.md, P11. Flipped last, before signing.
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
    resetAdHocDarwinSignature: true,
  },

  fileAssociations: [
    {
      ext: 'rollbook',
      name: 'Rollbook school',
      description: 'Rollbook school',
      mimeType: 'application/vnd.rollbook',
      role: 'Editor',
      isPackage: false,
    },
  ],

  win: {
    target: ['nsis', 'msi'],
    icon: join(iconFolder, '512x512.png'),
    extraFiles: ['LICENSE', { from: 'scripts/package/rollbook.cmd', to: 'bin/rollbook.cmd' }],
  },
  nsis: {
    // Assisted, so that one installer serves one user or all of them: /currentuser, /allusers, and /S for silence.
    oneClick: false,
    perMachine: false,
    allowToChangeInstallationDirectory: true,
    // Records are not the program's to remove.
    deleteAppDataOnUninstall: false,
    artifactName: 'Rollbook-Setup-${version}.${ext}',
  },
  msi: { perMachine: true, oneClick: false, artifactName: 'Rollbook-${version}.${ext}' },

  mac: {
    target: [
      { target: 'dmg', arch: 'universal' },
      { target: 'zip', arch: 'universal' },
    ],
    category: 'public.app-category.education',
    // Elsewhere electron-builder puts Electron's own beside the program.
    extraResources: [
      'LICENSE',
      { from: 'node_modules/electron/dist/LICENSE', to: 'LICENSE.electron.txt' },
      { from: 'node_modules/electron/dist/LICENSES.chromium.html', to: 'LICENSES.chromium.html' },
    ],
    icon: join(iconFolder, '1024x1024.png'),
    hardenedRuntime: true,
    entitlements: 'scripts/package/entitlements.mac.plist',
    entitlementsInherit: 'scripts/package/entitlements.mac.plist',
    // By APPLE_API_KEY and its companions, or APPLE_ID; without them the build is not notarised, and says so.
    notarize: Boolean(process.env.APPLE_API_KEY ?? process.env.APPLE_ID),
  },

  linux: {
    // The .deb is made of the same folder by scripts/package/debian.mjs, which needs no download.
    target: ['AppImage', 'rpm', 'tar.gz'],
    executableName: 'rollbook',
    category: 'Education',
    icon: iconFolder,
    maintainer: 'The Rollbook authors <authors@rollbook.example>',
    // An executable has no icon of its own there.
    extraResources: [{ from: join(iconFolder, '512x512.png'), to: 'icon.png' }],
    synopsis: 'The student management system that works offline',
    extraFiles: ['LICENSE', { from: 'scripts/package/rollbook.sh', to: 'bin/rollbook' }],
  },

  rpm: {
    afterInstall: 'scripts/package/afterInstall.sh',
    afterRemove: 'scripts/package/afterRemove.sh',
  },
}
