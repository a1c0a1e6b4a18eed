import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import ts from 'typescript'

const ROOT = resolve(import.meta.dirname, '../..')

/** Codes that the sources of a folder give to people, by the catalog's section that has their words. */
export interface SourceCodes {
  problems: Set<string>
  changes: Set<string>
  phases: Set<string>
  reasons: Set<string>
}

/** Finds the codes where they are made: `invalidField(field, code)`, `{ code }`, `summarize(code)`, `progress(phase)`,
 *  `new AppError('conflict', { reason })`. Both branches of a condition count, and a template counts with `*` for each
 *  of its holes. */
export function codesIn(folders: string[]): SourceCodes {
  const codes: SourceCodes = {
    problems: new Set(),
    changes: new Set(),
    phases: new Set(),
    reasons: new Set(),
  }
  for (const path of folders.flatMap((folder) => listSources(folder, ['.ts']))) {
    if (OTHERWISE_WORDED.some((end) => path.endsWith(end))) continue
    const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022, true)
    const visit = (node: ts.Node) => {
      if (ts.isCallExpression(node)) noteCall(node, codes)
      if (ts.isPropertyAssignment(node)) noteProperty(node, codes)
      if (ts.isVariableDeclaration(node) || ts.isBindingElement(node)) noteVariable(node, codes)
      ts.forEachChild(node, visit)
    }
    visit(source)
  }
  return codes
}

/** All that stands in the sources of these folders, as one text. */
export function sourceText(folders: string[]): string {
  const paths = folders.flatMap((folder) => listSources(folder, ['.ts', '.vue']))
  return paths.map((path) => readFileSync(path, 'utf8')).join('\n')
}

function noteCall(node: ts.CallExpression, codes: SourceCodes): void {
  const [first, second] = node.arguments
  const { expression } = node
  if (isNamed(expression, ['invalidField']) && second) add(codes.problems, second)
  if (isNamed(expression, ['refusal', 'warning', 'taken']) && first) addAll(codes.problems, node)
  if (!ts.isPropertyAccessExpression(expression) && !ts.isIdentifier(expression)) return
  const name = ts.isIdentifier(expression) ? expression : expression.name
  if (isNamed(name, ['summarize']) && first) add(codes.changes, first)
  if (isNamed(name, ['progress']) && first) add(codes.phases, first)
}

function noteVariable(
  { name, initializer }: ts.VariableDeclaration | ts.BindingElement,
  codes: SourceCodes,
): void {
  if (!initializer) return
  if (isNamed(name, ['code'])) add(codes.problems, initializer)
  if (isNamed(name, ['SUMMARIES'])) addAll(codes.changes, initializer)
}

function noteProperty(node: ts.PropertyAssignment, codes: SourceCodes): void {
  if (isNamed(node.name, ['code', 'problem'])) add(codes.problems, node.initializer)
  if (isNamed(node.name, ['phase'])) add(codes.phases, node.initializer)
  if (isNamed(node.name, ['reason'])) add(codes.reasons, node.initializer)
}

function isNamed(node: ts.Node, names: string[]): boolean {
  return ts.isIdentifier(node) && names.includes(node.text)
}

function add(codes: Set<string>, node: ts.Node): void {
  if (ts.isStringLiteral(node) && CODE.test(node.text)) codes.add(node.text)
  if (ts.isConditionalExpression(node)) {
    add(codes, node.whenTrue)
    add(codes, node.whenFalse)
  }
  if (!ts.isTemplateExpression(node)) return
  const pattern = node.head.text + node.templateSpans.map(({ literal }) => `*${literal.text}`).join('')
  if (pattern.includes('-')) codes.add(pattern)
}

/** Every code among the literals below. */
function addAll(codes: Set<string>, node: ts.Node): void {
  if (ts.isStringLiteral(node) && node.text.includes('-')) add(codes, node)
  ts.forEachChild(node, (child) => addAll(codes, child))
}

/** What `check` finds in a file has its words among those of the command line. */
const OTHERWISE_WORDED = ['check.ts', 'checkHistory.ts'].map((name) => join('services', name))

const CODE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

function listSources(folder: string, extensions: string[]): string[] {
  const path = join(ROOT, folder)
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => extensions.some((extension) => name.endsWith(extension)) && !name.endsWith('.d.ts'))
    .map((name) => join(path, name))
}
