import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { guideComponent } from '../../scripts/vite/guides'

const component = (source: string) =>
  guideComponent(source, resolve(import.meta.dirname, '../../docs/getting-started.md'))

describe('a guide of docs/, made a component of the page', () => {
  it('has its headings below the heading of the page', () => {
    expect(component('# One\n\n## Two')).toContain('<h2>One</h2>\n<h3>Two</h3>')
  })

  it('links to another guide by its place in the window', () => {
    expect(component('[there](./deploying.md)')).toContain(
      '<RouterLink to="/help/deploying">there</RouterLink>',
    )
  })

  it('keeps a picture, with its words', () => {
    expect(component('![People](./screenshots/people-light.png)')).toContain(
      '<img src="./screenshots/people-light.png" alt="People">',
    )
  })

  it.each([
    '[elsewhere](https://example.org)',
    '[elsewhere](../README.md)',
    '[elsewhere](./no-such-guide.md)',
    '[elsewhere](#part)',
    '<https://example.org>',
    '[elsewhere](<./deploying.md" onclick="x>)',
    '![elsewhere](https://example.org/a.png)',
    '![elsewhere](./screenshots/no-such-picture.png)',
    '![elsewhere](../LICENSE)',
  ])('refuses what the page cannot reach: %s', (source) => {
    expect(() => component(source)).toThrow(/getting-started\.md: (a link leads|no such picture)/)
  })

  it('shows HTML, and what Vue would compute, as text', () => {
    const made = component('<script>run()</script> {{ run() }} `{{ run() }}` [{{x}}](./deploying.md)')
    expect(made).toContain('&lt;script&gt;run()&lt;/script&gt;')
    expect(made).not.toContain('{{')
  })
})
