import { createHead } from '@unhead/vue/client'
import { nonce } from './nonce'

/** The manager of what stands in <head>. Its style elements carry the nonce of the load, and their styles are text: as HTML
 *  (`innerHTML`) the page's policy refuses them. */
export const head = createHead({
  plugins: [
    {
      key: 'policy',
      hooks: {
        'tags:resolve': ({ tags }) => {
          for (const tag of tags) {
            if (tag.tag !== 'style') continue
            tag.props.nonce = nonce
            tag.textContent ??= tag.innerHTML
            delete tag.innerHTML
          }
        },
      },
    },
  ],
})
