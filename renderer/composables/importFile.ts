import { api } from '../api'
import { useImportingStore } from '../stores/importing'

/** Asks for a data file and begins to import it. */
export async function chooseImportFile(): Promise<void> {
  const chosen = await api.files.choose({ purpose: 'import' })
  if (chosen) await useImportingStore().begin(chosen)
}
