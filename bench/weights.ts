/**
 * What the bundles of `size-limit` weigh, and what in them does: the minified bytes of every package, folder and module,
 * and by how much the bundle would shrink, min+gz, without it. The second column is what it costs a user: text that is
 * like other text costs little. Before the folders come the kinds, each with its rooms in core and in the adapters. With
 * `--kinds` it prints what each kind adds to a program that renders clips from words and images, at each adapter's door of
 * kinds. It is bundled as `size-limit` does it, by the esbuild of its plugin.
 *
 * node bench/weights.ts [video|kling|all-video|all] [--modules 40] [--json] [--kinds]
 */
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { providers } from '../packages/reelay/src/providers.ts'

interface Built {
  readonly outputFiles: readonly { readonly path: string; readonly text: string }[]
}

/** The part of esbuild that is used here. */
interface Esbuild {
  build(options: Readonly<Record<string, unknown>>): Promise<Built>
}

/** A piece of the bundle, columns of one line, and the module it came from. */
interface Piece {
  readonly line: number
  readonly from: number
  readonly to: number
  readonly source: number
}

interface Weight {
  readonly name: string
  readonly bytes: number
  readonly gzipped: number
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    modules: { type: 'string', default: '40' },
    json: { type: 'boolean' },
    kinds: { type: 'boolean' },
  },
})
const [entry = 'kling'] = positionals

const plugin = createRequire(import.meta.url).resolve('@size-limit/esbuild')
const esbuild = createRequire(plugin)('esbuild') as Esbuild
const root = fileURLToPath(new URL('..', import.meta.url))
const bundled = (input: Readonly<Record<string, unknown>>): Promise<Built> =>
  esbuild.build({
    ...input,
    bundle: true,
    minify: true,
    write: false,
    sourcemap: 'external',
    outdir: `${root}node_modules/.cache/weights`,
  })

if (values.kinds) {
  await printKinds()
  process.exit()
}

const { outputFiles } = await bundled({ entryPoints: [`${root}bench/size/${entry}.ts`] })
const textOf = (end: string): string => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? ''
const lines = textOf('.js').split('\n')
const map = JSON.parse(textOf('.map')) as { readonly mappings: string; readonly sources: readonly string[] }

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** The numbers of one segment of a source map, base64 VLQ. */
function numbersOf(segment: string): readonly number[] {
  const numbers: number[] = []
  let [value, shift] = [0, 0]
  for (const one of segment) {
    const digit = digits.indexOf(one)
    value |= (digit & 31) << shift
    shift += 5
    if (digit & 32) continue
    numbers.push(value & 1 ? -(value >> 1) : value >> 1)
    value = 0
    shift = 0
  }
  return numbers
}

/** What a program weighs, min+gz, that is made of these names of a door. */
async function weightOf(door: string, names: readonly string[]): Promise<number> {
  const contents = `export { generate } from '@reelay/core'; export { ${names.join(', ')} } from '${door}'`
  const { outputFiles: files } = await bundled({
    stdin: { contents, resolveDir: `${root}bench`, loader: 'ts' },
  })
  const text = files.find(({ path }) => path.endsWith('.js'))?.text ?? ''
  return gzipSync(text, { level: 9 }).length
}

async function printKinds(): Promise<void> {
  for (const id of Object.keys(providers)) {
    const door = `@reelay/${id}/kinds`
    const [create = '', ...rooms] = Object.keys(await import(door)).sort()
    const clips = rooms.filter((name) => name === `${id}Video`)
    const least = await weightOf(door, [create, ...clips])
    console.log(`${String(least).padStart(8)}  ${door} with ${clips.join()}`)
    for (const name of rooms.filter((room) => !clips.includes(room))) {
      const more = (await weightOf(door, [create, ...clips, name])) - least
      console.log(`${`+${more}`.padStart(8)}  ${name}`)
    }
    const all = await weightOf(door, [create, ...rooms])
    console.log(`${String(all).padStart(8)}  all of them\n`)
  }
}

/** The bundle cut up by the module each piece came from. */
function piecesOf(mappings: string): readonly Piece[] {
  let source = 0
  return mappings.split(';').flatMap((segments, line) => {
    const pieces: Piece[] = []
    let column = 0
    let last: { readonly from: number; readonly source: number } | undefined
    for (const segment of segments === '' ? [] : segments.split(',')) {
      const [columns = 0, sources] = numbersOf(segment)
      column += columns
      if (sources === undefined) continue
      source += sources
      if (last) pieces.push({ line, ...last, to: column })
      last = { from: last ? column : 0, source }
    }
    if (last) pieces.push({ line, ...last, to: lines[line]?.length ?? 0 })
    return pieces
  })
}

const gzipped = (text: string): number => gzipSync(text, { level: 9 }).length
const whole = lines.join('\n')
const pieces = piecesOf(map.mappings)

/** What some modules weigh together. */
function weigh(name: string, isOf: (source: number) => boolean): Weight {
  const cut = Map.groupBy(
    pieces.filter(({ source }) => isOf(source)),
    ({ line }) => line,
  )
  const rest = lines.map((text, line) => {
    let [kept, at] = ['', 0]
    for (const { from, to } of cut.get(line) ?? []) {
      kept += text.slice(at, from)
      at = to
    }
    return kept + text.slice(at)
  })
  const without = rest.join('\n')
  return { name, bytes: whole.length - without.length, gzipped: gzipped(whole) - gzipped(without) }
}

const names = map.sources.map((source) => source.replace(/^.*\/node_modules\/|^.*\/packages\//, ''))
const packageOf = (name: string): string => /^@[^/]+\/[^/]+|^[^/]+/.exec(name)?.[0] ?? name
const heaviest = (weights: readonly Weight[]): readonly Weight[] =>
  weights.toSorted((a, b) => b.gzipped - a.gzipped)

const total: Weight = { name: entry, bytes: whole.length, gzipped: gzipped(whole) }
const folderOf = (name: string): string => name.split('/').slice(0, -1).join('/')

/** What groups of modules weigh, each as a whole. */
const grouped = (groupOf: (name: string) => string): readonly Weight[] =>
  heaviest(
    [...new Set(names.map(groupOf))].map((group) =>
      weigh(group, (source) => groupOf(names[source] ?? '') === group),
    ),
  )

// The rooms of a kind are called after it, those that several share after what they hold.
const rooms: readonly (readonly [RegExp, string])[] = [
  [/^reference/, 'reference-to-video'],
  [/^extend/, 'extend'],
  [/^clip/, 'earlier clips: extend and lip-sync'],
  [/^(lip-sync|speech)/, 'lip-sync'],
  [/^virtual-try-on/, 'virtual-try-on'],
  [/^image-(to-image|expansion)/, 'image-to-image'],
  [/^((text-to-)?image(?!-to-video)|picture)/, 'what both kinds of pictures share, and text-to-image'],
]
const kindOf = (name: string): string => {
  const room = /\/kinds\/([^/]+)$/.exec(name)?.[1]
  if (room === undefined) return ''
  return rooms.find(([form]) => form.test(room))?.[1] ?? 'text and image to video, and what all kinds share'
}

const kinds = grouped(kindOf).filter(({ name }) => name !== '')
const packages = grouped(packageOf)
const folders = grouped(folderOf)
const modules = heaviest(names.map((name, source) => weigh(name, (one) => one === source)))

if (values.json) console.log(JSON.stringify({ total, kinds, packages, folders, modules }))
else {
  const print = ({ name, bytes, gzipped: size }: Weight): void =>
    console.log(`${String(bytes).padStart(8)} ${String(size).padStart(7)}  ${name}`)
  console.log(' minified  min+gz')
  const most = Number(values.modules)
  for (const list of [[total, ...packages], kinds, folders.slice(0, most), modules.slice(0, most)]) {
    for (const weight of list) print(weight)
    console.log()
  }
}
