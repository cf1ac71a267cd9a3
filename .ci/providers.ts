// Writes everything that follows from the list of providers, packages/reelay/src/providers.ts:
//   node .ci/providers.ts
// A test of packages/rig holds every file to it.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ProviderManifest } from '@reelay/core/adapter'

const root = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

/** A file as it has to be. */
export interface Derived {
  readonly path: string
  readonly text: string
}

/** The ids in the list. Read as text: a package that was just added to it is installed nowhere yet. */
export function listedIds(text: string = read('packages/reelay/src/providers.ts')): readonly string[] {
  const rows = text.split(/^export const providers = \{$/m)[1]?.split(/^\}$/m)[0] ?? ''
  const ids = [...rows.matchAll(/^ {2}'?([a-z][a-z0-9-]*)'?: \{/gm)].map(([, id = '']) => id)
  if (ids.length === 0) throw new Error('packages/reelay/src/providers.ts: no row of a provider was found')
  return ids
}

type Entries = Readonly<Record<string, unknown>>
const sorted = (entries: Entries): Entries =>
  Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)))

/** Doors of `reelay` for each provider, its own two, after the configuration's and before all others. */
function doors(ids: readonly string[], old: Entries, door: (id: string) => unknown): Entries {
  const { '.': main, './config': config, ...rest } = old
  const own = ids.flatMap((id) => [
    [`./${id}`, door(id)],
    [`./${id}/kinds`, door(`${id}-kinds`)],
  ])
  const names = own.map(([name]) => name)
  const others = Object.entries(rest).filter(([name]) => !names.includes(name))
  return { '.': main, './config': config, ...Object.fromEntries([...own, ...others]) }
}

function withWorkspace(ids: readonly string[], dependencies: Entries): Entries {
  return sorted({
    ...dependencies,
    ...Object.fromEntries(ids.map((id) => [`@reelay/${id}`, 'workspace:^'])),
  })
}

/** In the form that the linter asks for. */
function formatted({ path, text }: Derived): Derived {
  const args = ['format', `--stdin-file-path=${path}`]
  const biome = join(root, 'node_modules/.bin/biome')
  return { path, text: execFileSync(biome, args, { cwd: root, encoding: 'utf8', input: text }) }
}

const asFile = (json: unknown): string => `${JSON.stringify(json, null, 2)}\n`

/** `packages/reelay/package.json` with the adapters among its dependencies, doors and keywords. */
export function umbrella(ids: readonly string[], text: string): string {
  const json = JSON.parse(text)
  const built = (id: string) => ({ types: `./dist/${id}.d.ts`, default: `./dist/${id}.js` })
  json.keywords = [...new Set([...json.keywords, ...ids])]
  json.exports = doors(ids, json.exports, (id) => `./src/${id}.ts`)
  json.publishConfig.exports = doors(ids, json.publishConfig.exports, built)
  json.dependencies = withWorkspace(ids, json.dependencies)
  return asFile(json)
}

/** The root's `package.json`, whose programs and tests import every adapter. */
export function workspace(ids: readonly string[], text: string): string {
  const json = JSON.parse(text)
  json.devDependencies = withWorkspace(ids, json.devDependencies)
  return asFile(json)
}

/** What needs no more than the ids. */
export function fromIds(ids: readonly string[] = listedIds()): readonly Derived[] {
  return [
    { path: 'package.json', text: workspace(ids, read('package.json')) },
    { path: 'packages/reelay/package.json', text: umbrella(ids, read('packages/reelay/package.json')) },
    ...ids.flatMap((id) => [
      { path: `packages/reelay/src/${id}.ts`, text: `export * from '@reelay/${id}'\n` },
      { path: `packages/reelay/src/${id}-kinds.ts`, text: `export * from '@reelay/${id}/kinds'\n` },
    ]),
  ]
}

const quoted = (texts: readonly string[]): string => `[${texts.map((text) => `'${text}'`).join(', ')}]`

/** @throws Error where the place is gone: the file would pass for up to date for ever. */
export function put(text: string, place: RegExp, instead: string): string {
  if (!place.test(text)) throw new Error(`There is no ${place} any more in the file that is to be written.`)
  return text.replace(place, () => instead)
}

/** `model/known.ts` of core, between its first row and its last: which provider sells which model, by kind. */
async function known(manifests: readonly ProviderManifest[], text: string): Promise<string> {
  const { createProvider } = await import('reelay/config')
  const providers = await Promise.all(manifests.map(({ id }) => createProvider(id)))
  const sold = providers.flatMap(({ id, catalog }) =>
    catalog.offers.filter(({ state }) => state !== 'discontinued').map((offer) => ({ id, ...offer })),
  )
  const kinds = [...new Set(manifests.flatMap((manifest) => manifest.kinds))]
  const rows = kinds.flatMap((kind) => {
    const models = Map.groupBy(
      sold.filter((offer) => offer.kind === kind),
      ({ model }) => model,
    )
    const sellers = [...models]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([model, offers]) => `    '${model}': ${quoted([...new Set(offers.map(({ id }) => id))])},`)
    return [`  '${kind}': {`, ...sellers, '  },']
  })
  const ids = manifests.map(({ id }) => id)
  const listed = put(text, /(?<=^export const knownProviders: [^=]*= ).*$/m, quoted(ids))
  return put(listed, /(?<=^export const sellers: [^=]*= \{\n)[\s\S]*?(?=^\}$)/m, `${rows.join('\n')}\n`)
}

/** What every adapter together weighs is what this program weighs. */
function everyAdapter(manifests: readonly ProviderManifest[]): string {
  const adapters = manifests.map(({ create, package: name }) => `export { ${create} } from '${name}'`)
  return `${[
    '// What an app weighs that can switch between all providers without loading anything later.',
    "export { generate } from '@reelay/core'",
    ...adapters.sort(),
  ].join('\n')}\n`
}

/** What the manifests and catalogues decide; the adapters have to be installed. */
export async function fromAdapters(): Promise<readonly Derived[]> {
  const [{ providers }, { withTable }, { configSchema }, { kindPages }] = await Promise.all([
    import('../packages/reelay/src/providers.ts'),
    import('./provider-table.ts'),
    import('./config-schema.ts'),
    import('./kind-pages.ts'),
  ])
  const manifests = Object.values(providers).map(({ manifest }) => manifest)
  const table = 'packages/core/src/model/known.ts'
  return [
    formatted({ path: table, text: await known(manifests, read(table)) }),
    formatted({ path: 'bench/size/all.ts', text: everyAdapter(manifests) }),
    formatted({ path: 'packages/reelay/config.schema.json', text: configSchema() }),
    { path: 'README.md', text: await withTable(read('README.md')) },
    ...(await kindPages()),
  ]
}

/** The files that are not as they have to be. */
export const outdated = (files: readonly Derived[]): readonly Derived[] =>
  files.filter(({ path, text }) => !existsSync(join(root, path)) || read(path) !== text)

function write(files: readonly Derived[]): void {
  for (const { path, text } of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
    console.log(`wrote ${path}`)
  }
}

if (import.meta.main) {
  const first = outdated(fromIds())
  write(first)
  if (first.some(({ path }) => path.endsWith('package.json')))
    execFileSync('npx', ['--yes', 'pnpm@10.34.8', 'install'], { cwd: root, stdio: 'inherit' })
  write(outdated(await fromAdapters()))
}
