import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Call } from './recording'

/** What a disk keeps whole. */
const SECTOR = 512

/** A number from 0 up to 1, as Math.random. */
export type Random = () => number

type Change = { at: number; bytes: Buffer } | { size: number }

/** A folder is a file without content that others can lie in. */
interface Stored {
  isFolder: boolean
  /** As the disk has it for certain. */
  synced: Buffer
  /** What was written since. */
  pending: Change[]
  /** How long it is for the program. */
  size: number
}

/** Names that come to be other files, or none, at once or not at all. */
type Naming = [name: string, file: Stored | null][]

/** Files with their bytes, and folders, by their absolute names. */
export type FolderContent = Map<string, Buffer | null>

/** What is in a folder now. */
export async function readFolder(folder: string): Promise<FolderContent> {
  const content: FolderContent = new Map([[folder, null]])
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const name = join(entry.parentPath, entry.name)
    content.set(name, entry.isFile() ? await readFile(name) : null)
  }
  return content
}

/** The files of a folder on a disk that keeps what it was told to sync, and of the rest any part: sectors of writes, sizes,
 *  and names, in any order, until their folder is synced. */
export class Disk {
  readonly #names = new Map<string, Stored>()
  readonly #syncedNames = new Map<string, Stored>()
  #pendingNames: Naming[] = []

  /** A disk on which all of this is synced. */
  constructor(content: FolderContent) {
    for (const [name, bytes] of content) {
      const synced = bytes ?? Buffer.of()
      this.#have(name, { isFolder: bytes === null, synced, pending: [], size: synced.length })
    }
  }

  do(call: Call): void {
    switch (call.kind) {
      case 'write':
        return this.#write(this.#file(call.name), call.at, call.bytes)
      case 'truncate':
        return this.#truncate(this.#file(call.name), call.size)
      case 'sync':
        return this.#sync(call.name)
      case 'create':
      case 'create empty':
      case 'make folder':
        return this.#create(call.name, call.kind)
      case 'remove':
        return this.#name([[call.name, null]])
      case 'link':
        return this.#name([[call.to, this.#file(call.name)]])
      case 'rename':
        return this.#name([
          [call.to, this.#file(call.name)],
          [call.name, null],
        ])
      case 'tell':
        return
    }
  }

  /** The files after a power cut at this moment, by their names. */
  afterPowerCut(random: Random): Map<string, Buffer> {
    const names = new Map(this.#syncedNames)
    const kept = likelihood(random)
    for (const naming of this.#pendingNames) if (random() < kept) rename(names, naming)
    const files = new Map<string, Buffer>()
    for (const [name, file] of names)
      if (!file.isFolder && names.get(dirname(name))?.isFolder) files.set(name, contentAfter(file, random))
    return files
  }

  #have(name: string, file: Stored): void {
    this.#names.set(name, file)
    this.#syncedNames.set(name, file)
  }

  #file(name: string): Stored {
    const file = this.#names.get(name)
    if (!file) throw new Error(`${name} was not made`)
    return file
  }

  #write(file: Stored, at: number | null, bytes: Buffer): void {
    const from = at ?? file.size
    file.pending.push({ at: from, bytes })
    file.size = Math.max(file.size, from + bytes.length)
  }

  #truncate(file: Stored, size: number): void {
    file.pending.push({ size })
    file.size = size
  }

  #create(name: string, kind: 'create' | 'create empty' | 'make folder'): void {
    const known = this.#names.get(name)
    if (known && kind === 'create empty' && known.size > 0) this.#truncate(known, 0)
    const isFolder = kind === 'make folder'
    if (!known) this.#name([[name, { isFolder, synced: Buffer.of(), pending: [], size: 0 }]])
  }

  #name(naming: Naming): void {
    rename(this.#names, naming)
    this.#pendingNames.push(naming)
  }

  /** Of a folder, the names in it are brought to the disk. */
  #sync(folder: string): void {
    const file = this.#file(folder)
    file.synced = withChanges(file.synced, file.pending)
    file.pending = []
    const isHere = (naming: Naming) => naming.some(([name]) => dirname(name) === folder)
    for (const naming of this.#pendingNames.filter(isHere)) rename(this.#syncedNames, naming)
    this.#pendingNames = this.#pendingNames.filter((naming) => !isHere(naming))
  }
}

function rename(names: Map<string, Stored>, naming: Naming): void {
  for (const [name, file] of naming) {
    if (file) names.set(name, file)
    else names.delete(name)
  }
}

/** Of what was not synced, all is lost, or nothing, or some. */
function likelihood(random: Random): number {
  const kind = random()
  if (kind < 1 / 4) return 0
  return kind < 1 / 2 ? 1 : random()
}

function contentAfter({ synced, pending, size }: Stored, random: Random): Buffer {
  if (pending.length === 0) return synced
  const kept = likelihood(random)
  const changes = pending.flatMap(inSectors).filter(() => random() < kept)
  const content = withChanges(synced, changes)
  // The length of a file may be on the disk before its content is.
  return random() < 1 / 4 && content.length < size ? withChanges(content, [{ size }]) : content
}

function inSectors(change: Change): Change[] {
  if ('size' in change) return [change]
  const { at, bytes } = change
  const sectors: Change[] = []
  for (let from = 0; from < bytes.length;) {
    const until = Math.min(bytes.length, from + SECTOR - ((at + from) % SECTOR))
    sectors.push({ at: at + from, bytes: bytes.subarray(from, until) })
    from = until
  }
  return sectors
}

/** The bytes of a file with changes made in their order. What was never written before the end is zero. */
function withChanges(before: Buffer, changes: Change[]): Buffer {
  if (changes.length === 0) return before
  let length = before.length
  const ends = changes.map((change) => ('size' in change ? change.size : change.at + change.bytes.length))
  const content = Buffer.alloc(Math.max(length, ...ends))
  before.copy(content)
  for (const change of changes) {
    if ('size' in change) {
      content.fill(0, Math.min(length, change.size), length)
      length = change.size
    } else {
      change.bytes.copy(content, change.at)
      length = Math.max(length, change.at + change.bytes.length)
    }
  }
  return content.subarray(0, length)
}
