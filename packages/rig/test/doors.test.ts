import { createRequire } from 'node:module'
import { join } from 'node:path'
import { kinds, type VideoProvider } from '@reelay/core'
import { createProvider } from 'reelay/config'
import { describe, expect, it } from 'vitest'
import { providers } from '../../reelay/src/providers.ts'

/** The part of esbuild that is used here. */
interface Esbuild {
  build(options: Readonly<Record<string, unknown>>): Promise<{
    readonly metafile: {
      readonly outputs: Readonly<
        Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>
      >
    }
  }>
}

const root = join(import.meta.dirname, '../../..')
// As `size-limit` bundles, by the esbuild of its plugin.
const plugin = createRequire(join(root, 'package.json')).resolve('@size-limit/esbuild')
const esbuild = createRequire(plugin)('esbuild') as Esbuild

/** The files that are in the bundle of a program, by their paths in the repository. */
async function filesIn(program: string): Promise<readonly string[]> {
  const { metafile } = await esbuild.build({
    stdin: { contents: program, resolveDir: join(root, 'bench'), loader: 'ts' },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    absWorkingDir: root,
    outdir: join(root, 'node_modules/.cache/doors'),
  })
  return Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  )
}

/** What one kind alone has for itself, in core and in an adapter. */
const ofOthers =
  /\/kinds\/(clip-rule|extend|image-(expansion|fields|rows|to-image)|image\.ts|lip-sync|picture-references|reference-|references|speech|text-to-image|virtual-try-on)/

describe.each(Object.keys(providers))('the door %s/kinds', (id) => {
  const name = `create${id.slice(0, 1).toUpperCase()}${id.slice(1)}With`

  it('brings a program that renders clips no room of any other kind, no steps and no books', async () => {
    const files = await filesIn(
      `export { generate } from '@reelay/core'; export { ${name}, ${id}Video } from '@reelay/${id}/kinds'`,
    )
    expect(files).toContain(`packages/${id}/src/kinds/video.ts`)
    const wrong = /(submit\/steps|usage|account-info|live-prices|model\/length)\.ts$/
    // What steps cost is said by two lines of theirs.
    const steps = 'packages/core/src/provider/submit/steps.ts'
    expect(files.filter((file) => (ofOthers.test(file) || wrong.test(file)) && file !== steps)).toEqual([])
  })

  it('brings one that syncs lips no room of clips from words', async () => {
    const files = await filesIn(`export { ${name}, ${id}LipSync } from '@reelay/${id}/kinds'`)
    expect(files.some((file) => file.startsWith(`packages/${id}/src/kinds/lip-sync`))).toBe(true)
    expect(
      files.filter((file) => /\/kinds\/(video\.ts|video-(rows|rules|shots)|text-to-video)/.test(file)),
    ).toEqual([])
  })
})

it('whoever holds files against a length brings what reads it', async () => {
  const namesLength = (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    (('mediaTypes' in value && 'seconds' in value) || Object.values(value).some(namesLength))
  const all: readonly VideoProvider[] = await Promise.all(
    Object.keys(providers).map((id) => createProvider(id)),
  )
  const sold = all.flatMap(({ catalog }) => catalog.offers)
  const held = new Set(sold.filter(({ limits }) => namesLength(limits)).map(({ kind }) => kind))
  expect(held.size).toBeGreaterThan(0)
  expect([...held].filter((kind) => kinds[kind].lengthOf === undefined)).toEqual([])
})
