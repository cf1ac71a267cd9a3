/**
 * How far a call walks through the house: every named function of core and the adapters is instrumented, and a call made
 * against the emulator is followed from file to file. Counted twice: with the arrow functions that have a name, and without
 * them, function declarations and methods alone.
 *
 * node bench/walks.ts [--json] [--files] [--trail]
 */
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import ts from 'typescript'

interface Place {
  readonly file: string
  readonly name: string
  /** Whether it is an arrow function with a name, and not a declaration or a method. */
  readonly arrow: boolean
}

interface Counts {
  readonly entries: number
  readonly files: number
  readonly functions: number
  /** Times that the next function entered stands in another file. */
  readonly fileChanges: number
}

const root = fileURLToPath(new URL('..', import.meta.url))
const { values } = parseArgs({
  options: { json: { type: 'boolean' }, files: { type: 'boolean' }, trail: { type: 'boolean' } },
})

let trail: Place[] = []
const places: Place[] = []
Object.assign(globalThis, {
  __entered: (at: number) => void trail.push(places[at] as Place),
})

function nameOf(node: ts.FunctionLikeDeclaration): string | undefined {
  if (node.name && ts.isIdentifier(node.name)) return node.name.text
  const { parent } = node
  const named = ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) ? parent.name : undefined
  return named && ts.isIdentifier(named) ? named.text : undefined
}

/** The source with a note at the beginning of each named function. */
function instrumented(file: string, text: string): string {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const notes: { readonly at: number; readonly text: string }[] = []
  function visit(node: ts.Node): void {
    ts.forEachChild(node, visit)
    if (!ts.isFunctionLike(node) || !('body' in node) || !node.body) return
    const name = nameOf(node as ts.FunctionLikeDeclaration)
    if (name === undefined) return
    const place = { file: relative(root, file), name, arrow: ts.isArrowFunction(node) }
    const call = `globalThis.__entered(${places.push(place) - 1})`
    const body = node.body as ts.Node
    if (ts.isBlock(body)) notes.push({ at: body.getStart() + 1, text: `${call};` })
    else notes.push({ at: body.getStart(), text: `(${call}, ` }, { at: body.end, text: ')' })
  }
  visit(source)
  return notes
    .sort((a, b) => b.at - a.at)
    .reduce((all, note) => all.slice(0, note.at) + note.text + all.slice(note.at), text)
}

registerHooks({
  load(url, context, next) {
    const own = /packages\/(core|kling|fal)\/src\/.*\.ts$/.test(url)
    if (!own) return next(url, context)
    const file = fileURLToPath(url)
    return {
      format: 'module-typescript',
      source: instrumented(file, readFileSync(file, 'utf8')),
      shortCircuit: true,
    }
  },
})

const core = await import('@reelay/core')
const { createKling } = await import('@reelay/kling')
const { createFal } = await import('@reelay/fal')
const { createEmulator, demoCredentials } = await import('@reelay/emulator')
const { createVirtualClock } = await import('@reelay/testing/clock')

const clock = createVirtualClock()
const emulator = createEmulator({ clock: clock.server, seed: 1 })
const fetch = clock.track(emulator.fetch)
const { apiKey } = demoCredentials.kling
const kling = createKling({ apiKey, fetch, clock })
const fal = createFal({ apiKey: demoCredentials.fal.key, fetch, clock })
const request = { kind: 'text-to-video', prompt: 'A paper boat in the rain', model: 'kling-v3' } as const
const stack = core.journaled(
  core.guard(core.failover([kling, fal]), { budget: { amount: core.usd(100), windowMs: 3_600_000 } }),
  core.memoryJournal(),
)

async function walked(work: () => Promise<unknown>): Promise<readonly Place[]> {
  trail = []
  await work()
  return trail
}

const countsOf = (steps: readonly Place[]): Counts => ({
  entries: steps.length,
  files: new Set(steps.map(({ file }) => file)).size,
  functions: new Set(steps.map(({ file, name }) => `${file}#${name}`)).size,
  fileChanges: steps.filter(({ file }, index) => index > 0 && file !== steps[index - 1]?.file).length,
})

// The first call loads what is loaded once.
await kling.submit(request)
await fal.submit(request)
const first = await walked(() => stack.submit(request, { idempotencyKey: 'order-1' }))
const again = await walked(() => stack.submit(request, { idempotencyKey: 'order-1' }))
const walks: Readonly<Record<string, readonly Place[]>> = {
  'kling.submit': await walked(() => kling.submit(request)),
  'stack.submit': first,
  'stack.submit again': again,
  'generate(kling)': await walked(() => core.generate(kling, request)),
  'generate(stack)': await walked(() => core.generate(stack, request)),
}
const evaluations = first.filter(({ name }) => name === 'findProblems').length

/** From file to file: each with the functions that were entered there. */
function linesOf(steps: readonly Place[]): readonly string[] {
  const lines: string[] = []
  for (const [index, { file, name }] of steps.entries()) {
    if (file === steps[index - 1]?.file) lines.push(`${lines.pop()} ${name}`)
    else lines.push(`  ${file}: ${name}`)
  }
  return lines
}

for (const [name, steps] of Object.entries(values.files || values.trail ? walks : {})) {
  console.log(`\n${name}`)
  if (values.trail) for (const line of linesOf(steps)) console.log(line)
  else {
    const counts = Map.groupBy(steps, ({ file }) => file)
    for (const [file, all] of counts) console.log(`  ${file}: ${all.length}`)
  }
}
const figures = Object.fromEntries(
  Object.entries(walks).map(([name, steps]) => {
    const declared = countsOf(steps.filter(({ arrow }) => !arrow))
    return [
      name,
      { ...countsOf(steps), filesDeclared: declared.files, fileChangesDeclared: declared.fileChanges },
    ]
  }),
)
if (values.json) console.log(JSON.stringify({ ...figures, evaluations }))
else {
  console.table(figures)
  console.log(`Evaluations of the request in the stack's submit: ${evaluations}`)
}
