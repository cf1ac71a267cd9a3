import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { emulatorEnvironment } from '@reelay/emulator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isProviderHost } from '../../emulator/src/provider-hosts.ts'
import { providers } from '../src/providers.ts'

const packages = join(import.meta.dirname, '../..')
const replaced = Object.keys(emulatorEnvironment('http://127.0.0.1'))

describe('what the emulator knows of providers, of which it imports nothing', () => {
  it.each(Object.entries(providers))('are all credential variables of %s', (id, { manifest }) => {
    const options = Object.values(manifest.options).flatMap((option) =>
      'env' in option ? (option.env ?? []) : [],
    )
    const names = [...options, ...(manifest.webhooks?.env ?? [])].flat()
    expect(names.length).toBeGreaterThan(0)
    expect(replaced).toEqual(expect.arrayContaining(names))
    // Also such as no manifest lists.
    const sources = readdirSync(join(packages, id, 'src'), { recursive: true, encoding: 'utf8' })
    const text = sources
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(packages, id, 'src', file), 'utf8'))
      .join('\n')
    const found = [...text.matchAll(/\b[A-Z][A-Z0-9]*_(?:[A-Z0-9]+_)*(?:KEY|TOKEN|SECRET|KEY_ID)\b/g)]
    expect(found.length).toBeGreaterThan(0)
    expect(replaced).toEqual(expect.arrayContaining(found.map(([name]) => name)))
  })

  it.each(Object.entries(providers))('are all hosts of %s', (_id, { manifest }) => {
    const urls = JSON.stringify(manifest.hosts).match(/https:\/\/[^"]+/g) ?? []
    expect(urls.length).toBeGreaterThan(0)
    expect(urls.filter((url) => !isProviderHost(new URL(url).hostname))).toEqual([])
  })

  it('are no other hosts', () => {
    for (const host of ['example.com', 'notfal.ai', 'fal.ai.example.com', 'localhost', '127.0.0.1'])
      expect([host, isProviderHost(host)]).toEqual([host, false])
  })
})

describe('the address guard of downloads', () => {
  const asked: (string | undefined)[] = []
  const inside = createServer((request, answer) => {
    asked.push(request.url)
    answer.end('secret')
  })
  beforeAll(() => once(inside.listen(0, '127.0.0.1'), 'listening'))
  afterAll(() => inside.close())

  const run = promisify(execFile)
  const cwd = join(import.meta.dirname, '..')
  const save = async (env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<string> => {
    const clip = `http://127.0.0.1:${(inside.address() as AddressInfo).port}/clip.mp4`
    const words = [...args, 'test/programs/save-from.ts', clip]
    const { stdout } = await run(process.execPath, words, {
      cwd,
      env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...env },
    })
    return stdout
  }
  const variables = (): Record<string, string> =>
    emulatorEnvironment(`http://127.0.0.1:${(inside.address() as AddressInfo).port}`)

  it('is loosened by no environment variable', async () => {
    const { NODE_OPTIONS: _, ...env } = variables()
    expect(await save(env)).toMatch(/^ERR_DOWNLOAD .*on this machine/)
    expect(asked).toEqual([])
  })

  it('holds in a program on the emulator for all but what the emulator serves', async () => {
    expect(await save({}, '--import', '@reelay/emulator/register')).toMatch(/^ERR_DOWNLOAD .*on this machine/)
    expect(asked).toEqual([])
  })
})
