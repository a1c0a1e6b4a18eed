import { existsSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import MarkdownIt from 'markdown-it'
import type { Plugin } from 'vite'

const GUIDE = /^\.\/([a-z-]+)\.md$/
const PICTURE = /^\.\/screenshots\/[a-z-]+\.png$/

/**
 * Makes a Vue component of each `.md` file that the page imports, so that the guides of docs/ are read offline, with nothing
 * left to do or to trust at run time. Vue's own plugin has to take `.md` too. HTML in a guide is shown as text; a link leads
 * to another guide, for the page reaches nothing else; a picture is one of docs/screenshots/.
 */
export function guides(): Plugin {
  return {
    name: 'rollbook:guides',
    enforce: 'pre',
    transform: {
      filter: { id: /\.md$/ },
      handler: (source, id) => ({ code: guideComponent(source, id), map: null }),
    },
  }
}

/** The guide as a Vue component. Throws where a link or a picture of it leads nowhere. `file` is where the guide lies. */
export function guideComponent(source: string, file: string): string {
  // What Vue would compute, `{{ }}`, is text here.
  const html = markdownFor(file).render(source).replaceAll('{{', '&#123;&#123;')
  return `<template><article>${html}</article></template>`
}

function markdownFor(file: string) {
  const isThere = (path: string, form: RegExp): boolean =>
    form.test(path) && existsSync(resolve(dirname(file), path))
  const markdown = new MarkdownIt({ html: false, typographer: true, quotes: '“”‘’' })
  const { rules } = markdown.renderer

  rules.link_open = (tokens, index) => {
    const href = String(tokens[index]?.attrGet('href') ?? '')
    if (!isThere(href, GUIDE)) throw new Error(`${file}: a link leads to another guide, not to '${href}'`)
    return `<RouterLink to="/help/${basename(href, '.md')}">`
  }
  rules.link_close = () => '</RouterLink>'

  const drawPicture = rules.image
  rules.image = (tokens, index, ...rest) => {
    const source = String(tokens[index]?.attrGet('src') ?? '')
    if (!isThere(source, PICTURE)) throw new Error(`${file}: no such picture in screenshots/: '${source}'`)
    return drawPicture?.(tokens, index, ...rest) ?? ''
  }

  // The page has a heading above the guide's own.
  markdown.core.ruler.push('lower_headings', ({ tokens }) => {
    for (const token of tokens)
      if (token.type.startsWith('heading_')) token.tag = `h${Number(token.tag.slice(1)) + 1}`
  })
  return markdown
}
