import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { createPackage } from '@electron/asar'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { billOfMaterials, type Bill } from '../../scripts/sbom/billOfMaterials.mjs'
import { packedPackages } from '../../scripts/sbom/packedPackages.mjs'

const runtimes = { electron: '99.0.0', sqlite: '3.53.4', sqlite3mc: '2.4.0' }

const manifest = (name: string) => resolve(import.meta.dirname, '../../node_modules', name, 'package.json')
/** `vue-router@5.5.1`, as it is installed. */
const versioned = async (name: string) => {
  const { version } = JSON.parse(await readFile(manifest(name), 'utf8')) as { version: string }
  return `${name}@${version}`
}

const [sequelize, validator, vueRouter] = [
  await versioned('sequelize'),
  await versioned('validator'),
  await versioned('vue-router'),
]

/** As the packed program is laid out. */
const FILES = {
  'out/main/packages.json': ['node_modules/zod'],
  'out/renderer/packages.json': [
    'node_modules/zod',
    'node_modules/@vue/runtime-core',
    'node_modules/vue-router',
  ],
  'node_modules/sequelize/package.json': { name: 'sequelize', version: '6.37.8' },
  'node_modules/sequelize/lib/package.json': { type: 'commonjs' },
  'node_modules/sequelize/node_modules/@scope/inner/package.json': { name: '@scope/inner', version: '1.2.3' },
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollbook-sbom-'))
  for (const [name, content] of Object.entries(FILES)) {
    await mkdir(dirname(join(folder, 'app', name)), { recursive: true })
    await writeFile(join(folder, 'app', name), JSON.stringify(content))
  }
  await createPackage(join(folder, 'app'), join(folder, 'app.asar'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the packages of a packed program', () => {
  it('are those in it, at whatever depth, and those in its bundles, each once', () => {
    expect([...packedPackages(join(folder, 'app.asar'))].sort()).toEqual([
      '@scope/inner@1.2.3',
      expect.stringMatching(/^@vue\/runtime-core@3\./),
      'sequelize@6.37.8',
      expect.stringMatching(/^vue-router@5\./),
      expect.stringMatching(/^zod@4\./),
    ])
  })

  it('cannot be told where the bundles do not say what they hold', async () => {
    await createPackage(join(folder, 'app/node_modules'), join(folder, 'other.asar'))
    expect(() => packedPackages(join(folder, 'other.asar'))).toThrow(/does not say which packages/)
  })
})

describe('the bill of materials', () => {
  let bill: Bill
  beforeAll(async () => {
    bill = await billOfMaterials(new Set([sequelize, validator, vueRouter]), runtimes)
  })

  it('lists what is packed, Electron and SQLite, and nothing else', () => {
    expect(bill).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.5' })
    expect(bill.metadata.component).toMatchObject({ name: 'Rollbook', type: 'application' })
    expect(bill.components.map((component) => component['bom-ref']).sort()).toEqual([
      'SQLite3 Multiple Ciphers@2.4.0',
      'SQLite@3.53.4',
      'electron@99.0.0',
      sequelize,
      validator,
      vueRouter,
    ])
  })

  it('says which part needs which, and names no part that is not listed', () => {
    const root = bill.metadata.component['bom-ref']
    const needs = Object.fromEntries(bill.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]))
    expect(needs).toEqual({
      [root]: [sequelize, vueRouter, 'electron@99.0.0', 'SQLite@3.53.4', 'SQLite3 Multiple Ciphers@2.4.0'],
      [sequelize]: [validator],
      [validator]: [],
      [vueRouter]: [],
    })
  })

  it('says of no part that it is for development', () => {
    expect(bill.components.every(({ scope }) => scope === 'required')).toBe(true)
    expect(JSON.stringify(bill.components)).not.toContain('development')
  })

  it('is not made of what package-lock.json does not know', async () => {
    await expect(billOfMaterials(new Set(['sequelize@1.0.0']), runtimes)).rejects.toThrow(
      'package-lock.json does not know sequelize@1.0.0',
    )
  })
})
