import { onMounted, onUnmounted, ref } from 'vue'
import type { ChosenFile } from '../../electron/contract/files'
import { tokensFor } from '../api'
import { t, type MessageKey } from '../i18n'
import { router } from '../router'
import { useImportingStore } from '../stores/importing'
import { useSchoolsStore } from '../stores/schools'
import { useSessionStore } from '../stores/session'

/** Takes files that are dropped on the window: a school is opened, anything else imported. Answers whether one is held
 *  over the window. */
export function useFileDrop() {
  const toast = useToast()
  const isOver = ref(false)
  // Every element under the pointer is entered before the last one is left.
  let depth = 0

  const listeners = {
    dragenter: (event: DragEvent) => mark(event, 1),
    dragleave: (event: DragEvent) => mark(event, -1),
    dragover: hold,
    drop: release,
  }
  const names = Object.keys(listeners) as (keyof typeof listeners)[]
  onMounted(() => names.forEach((name) => window.addEventListener(name, listeners[name])))
  onUnmounted(() => names.forEach((name) => window.removeEventListener(name, listeners[name])))

  function mark(event: DragEvent, step: 1 | -1) {
    if (!hasFiles(event)) return
    depth += step
    isOver.value = depth > 0 && !isDialogOpen()
  }

  function hold(event: DragEvent) {
    if (!event.dataTransfer) return
    event.preventDefault()
    event.dataTransfer.dropEffect = hasFiles(event) && !isDialogOpen() ? 'copy' : 'none'
  }

  function release(event: DragEvent) {
    event.preventDefault()
    depth = 0
    isOver.value = false
    if (!hasFiles(event) || isDialogOpen()) return
    void tokensFor([...(event.dataTransfer?.files ?? [])]).then(take)
  }

  async function take(files: ChosenFile[]) {
    const [file] = files
    if (!file) return tell('exchange.dropNone')
    if (files.length > 1) return tell('exchange.dropSeveral')
    if (file.name.toLowerCase().endsWith('.rollbook')) return useSchoolsStore().open(file.file)
    if (!useSessionStore().school) return tell('errors.no-school')
    const importing = useImportingStore()
    if (importing.stage === 'writing') return tell('exchange.dropWait')
    await router.push('/import-export')
    await importing.begin(file)
  }

  function tell(title: MessageKey) {
    toast.add({ title: t(title), icon: 'i-lucide-circle-alert', color: 'warning' })
  }

  return { isOver }
}

function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') ?? false
}

/** What is entered in a dialog would be lost with the place behind it. */
export function isDialogOpen(): boolean {
  return document.querySelector('[role=dialog], [role=alertdialog]') !== null
}
