import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { demoCredentials } from '@reelay/emulator'
import { describe, expect, it } from 'vitest'
import {
  type Derived,
  fromAdapters,
  fromIds,
  listedIds,
  outdated,
  put,
  umbrella,
  workspace,
} from '../../../.ci/providers.ts'
import { providers } from '../../reelay/src/providers.ts'

const paths = (files: readonly Derived[]): readonly string[] => outdated(files).map(({ path }) => path)

describe('the list of providers', () => {
  it('has a row for every adapter here, and a wire for every row', () => {
    const packages = join(import.meta.dirname, '../..')
    const adapters = readdirSync(packages).filter((name) =>
      readdirSync(join(packages, name, 'src')).includes('manifest.ts'),
    )
    expect(listedIds()).toEqual(Object.keys(providers))
    expect([...listedIds()].sort()).toEqual(adapters.sort())
    expect(Object.keys(demoCredentials)).toEqual(listedIds())
  })

  it('and nothing else decides what follows from it (node .ci/providers.ts writes it)', {
    timeout: 60_000,
  }, async () => {
    expect(paths([...fromIds(), ...(await fromAdapters())])).toEqual([])
  })

  it('is not passed over where a file has lost the place that it decides', () => {
    expect(put('a = 1', /(?<=^a = ).*$/m, "'$&'")).toBe("a = '$&'")
    expect(() => put('b = 1', /(?<=^a = ).*$/m, '2')).toThrow(/no .* any more/)
  })

  it('opens a door of reelay for a provider that joins it, and brings its package', () => {
    const [{ text = '' } = {}] = fromIds().filter(({ path }) => path === 'packages/reelay/package.json')
    const json = JSON.parse(umbrella([...listedIds(), 'acme'], text))
    expect(json.exports['./acme']).toBe('./src/acme.ts')
    expect(json.publishConfig.exports['./acme']).toEqual({
      types: './dist/acme.d.ts',
      default: './dist/acme.js',
    })
    expect(json.dependencies['@reelay/acme']).toBe('workspace:^')
    expect(json.keywords).toContain('acme')
    expect(JSON.parse(workspace(['acme'], text)).devDependencies['@reelay/acme']).toBe('workspace:^')
  })
})
