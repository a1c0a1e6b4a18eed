import { createHead } from '@unhead/vue/client'
import { nonce } from './nonce'

/** The manager of what stands in <head>, which gives its style elements the nonce of the load. */
export const head = createHead({
  plugins: [
    {
      key: 'nonce',
      hooks: {
        'tags:resolve': ({ tags }) => {
          for (const tag of tags) if (tag.tag === 'style') tag.props.nonce = nonce
        },
      },
    },
  ],
})
