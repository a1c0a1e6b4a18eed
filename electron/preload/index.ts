import { contextBridge, ipcRenderer, webUtils, type IpcRendererEvent } from 'electron'
import type { EventName, Events } from '../contract'
import type { Reply } from '../contract/errors'
import type { ChosenFile } from '../contract/files'

const METHOD = /^[a-zA-Z]{1,40}\.[a-zA-Z]{1,40}$/
const EVENTS: readonly EventName[] = [
  'changed',
  'job',
  'school',
  'menu',
  'given',
  'backups',
  'checked',
  'diskFull',
]

const bridge = {
  /** Calls a method of the contract. An error is data in the reply. */
  call(method: string, input: unknown): Promise<Reply> {
    if (!METHOD.test(method)) throw new Error('no such method')
    return ipcRenderer.invoke(`rollbook:${method}`, input)
  },
  /** Listens to an event of the contract; the answer ends that. */
  on<Name extends EventName>(event: Name, listener: (payload: Events[Name]) => void): () => void {
    if (!EVENTS.includes(event)) throw new Error('no such event')
    const receive = (_event: IpcRendererEvent, payload: Events[Name]) => listener(payload)
    ipcRenderer.on(`rollbook:${event}`, receive)
    return () => ipcRenderer.removeListener(`rollbook:${event}`, receive)
  },
  /** Tokens for files that were dropped on the page. A file that lies on no disk gets none. */
  tokensFor(files: File[]): Promise<ChosenFile[]> {
    return ipcRenderer.invoke('rollbook:tokens', files.map(pathOf))
  },
  /** Tells that the first list, or what stands in its place, is on the screen. */
  painted(): void {
    ipcRenderer.send('rollbook:painted')
  },
}

export type Bridge = typeof bridge

contextBridge.exposeInMainWorld('rollbook', bridge)

/** Electron has webUtils from 29 on; before that files carried their path. Goes with the fallback runtime (stack.md 16). */
function pathOf(file: File): string {
  const utils = webUtils as typeof webUtils | undefined
  return utils ? utils.getPathForFile(file) : (file as File & { path: string }).path
}
