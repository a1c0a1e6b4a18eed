import { randomBytes } from 'node:crypto'
import { readdirSync, realpathSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'

/** Where the page lives. No other address is ever shown. */
export const PAGE_ORIGIN = 'app://rollbook'

/** Stands in the built page wherever the nonce of the load belongs (Vite's `html.cspNonce`). */
const NONCE_MARK = '__NONCE__'

const CONTENT_TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
}

/** The page's files by the address they are served under (`/assets/index.js`), read from the built folder once. What a
 *  link inside the folder leads out of it to is left out, and so is any kind of file that a page does not need. */
export function listPageFiles(folder: string): ReadonlyMap<string, string> {
  const root = realpathSync(folder)
  const files = new Map<string, string>()
  const visit = (path: string, address: string) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const inner = join(path, entry.name)
      if (entry.isDirectory()) visit(inner, `${address}/${entry.name}`)
      else if (extname(entry.name) in CONTENT_TYPES && realpathSync(inner).startsWith(root + sep))
        files.set(`${address}/${entry.name}`, inner)
    }
  }
  visit(root, '')
  return files
}

/** Answers one request of the page. Whatever is not in the map does not exist, so no path can lead out of it. */
export async function answerRequest(files: ReadonlyMap<string, string>, request: Request): Promise<Response> {
  const url = new URL(request.url)
  if (request.method !== 'GET' || `${url.protocol}//${url.host}` !== PAGE_ORIGIN) return refuse(403)
  const path = files.get(url.pathname === '/' ? '/index.html' : url.pathname)
  if (path === undefined) return refuse(404)

  const type = extname(path)
  const headers = new Headers({
    'content-type': CONTENT_TYPES[type] ?? '',
    'x-content-type-options': 'nosniff',
  })
  const body = await readFile(path)
  if (type !== '.html') return new Response(body, { headers })

  const nonce = randomBytes(16).toString('base64')
  headers.set('content-security-policy', contentSecurityPolicy(nonce))
  headers.set('cache-control', 'no-store')
  return new Response(body.toString().replaceAll(NONCE_MARK, nonce), { headers })
}

/** What the page may load and run. Looser than 'self' are three, each for a reason:
 *  - `nonce`: the grid and the components insert style elements;
 *  - `img-src data:`: the grid's icons are in its styles;
 *  - `trusted-types vue`: Vue makes elements of HTML that the build made (what never changes in a template, and icons).
 *    Nobody else makes any: there is no default policy, and no second one of that name. */
export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types vue',
  ].join('; ')
}

function refuse(status: number): Response {
  return new Response(null, { status })
}
