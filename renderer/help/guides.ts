import type { Component } from 'vue'
import type { MessageKey } from '../i18n'

/** A guide of docs/, which the build has made a component of. */
export interface Guide {
  name: string
  title: MessageKey
  load: () => Promise<Component>
}

const files = import.meta.glob<Component>(
  '../../docs/{getting-started,history-and-undo,when-a-file-does-not-open,moving-to-a-new-computer,deploying}.md',
  {
    import: 'default',
  },
)

export const guides: Guide[] = [
  guide('getting-started', 'help.gettingStarted'),
  guide('history-and-undo', 'help.history'),
  guide('when-a-file-does-not-open', 'help.recovery'),
  guide('moving-to-a-new-computer', 'help.moving'),
  guide('deploying', 'help.deploying'),
]

function guide(name: string, title: MessageKey): Guide {
  const load = files[`../../docs/${name}.md`]
  if (!load) throw new Error(`There is no guide docs/${name}.md`)
  return { name, title, load }
}
