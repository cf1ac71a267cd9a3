import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { generate, type Store, toS3, toStorage } from '../../src/index.ts'
import { toFile } from '../../src/node/index.ts'
import { finished } from './emulated.ts'
import { failure } from './support.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reelay-ready-'))
  await writeFile(join(folder, 'file'), '')
  await mkdir(join(folder, 'taken.mp4'))
})
afterAll(() => rm(folder, { recursive: true }))
afterEach(() => vi.restoreAllMocks())

const request = { kind: 'text-to-video', prompt: 'A paper boat in the rain' } as const

/** What `generate` says to a store, and how much was bought. */
async function bought(store: Store) {
  const { provider } = await finished()
  const submit = vi.fn(provider.submit)
  const error = await failure(generate({ ...provider, submit }, request, { store }))
  return { error, purchases: submit.mock.calls.length }
}

const storage = { setItemRaw: () => undefined }

describe('what a store lacks is noticed before the purchase', () => {
  it.each<[string, () => Store, string]>([
    ['a file where a folder should be', () => toFile(join(folder, 'file/')), 'EEXIST'],
    ['a file on the way', () => toFile(join(folder, 'file/in/it/')), 'ENOTDIR'],
    ['a folder where the file should be', () => toFile(join(folder, 'taken.mp4')), 'EISDIR'],
    ['no storage', () => toStorage({} as never), 'without setItemRaw'],
    ['no address', () => toS3('bucket/clip.mp4'), 'no URL'],
    ['an address of another kind', () => toS3('s3://bucket/clip.mp4'), 'not by s3:'],
    ['no range', () => toFile(`${folder}/`, { allowResolved: ['x'] }), 'allowResolved'],
  ])('%s', async (_name, store, words) => {
    const { error, purchases } = await bought(store())
    expect(error).toMatchObject({ code: 'ERR_CONFIG', outcome: 'none' })
    expect(error.message).toMatch(/^Nothing was sent/)
    expect(error.message).toContain(words)
    expect(purchases).toBe(0)
  })

  // Nothing is forbidden to root.
  it.skipIf(process.getuid?.() === 0)('a folder that may not be written to', async () => {
    const locked = join(folder, 'locked')
    await mkdir(locked, { mode: 0o500 })
    const { error, purchases } = await bought(toFile(`${locked}/`))
    await chmod(locked, 0o700)
    expect([error.message.includes('EACCES'), purchases]).toEqual([true, 0])
  })

  it.each<[string, () => Store]>([
    ['toFile', () => toFile(`${folder}/`)],
    ['toStorage', () => toStorage(storage)],
    ['toS3', () => toS3('https://store.example.com/put')],
  ])('a runtime without a guard, %s', async (_name, store) => {
    const made = store()
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined as never)
    const { error, purchases } = await bought(made)
    expect(error).toMatchObject({ code: 'ERR_CONFIG', outcome: 'none' })
    expect([error.message.includes('Pass a `fetch`'), purchases]).toEqual([true, 0])
  })

  it('and where nothing is lacking nothing is left', async () => {
    const made = join(folder, 'made/for/it')
    await toFile(`${made}/`).ready()
    await toFile(join(made, 'a.mp4')).ready()
    await toFile(() => '/nonexistent/a.mp4').ready()
    await toStorage(storage).ready?.()
    await toS3(() => 'https://store.example.com/put').ready?.()
    expect(await readdir(made)).toEqual([])
  })

  it('and a store of the caller’s own needs none', async () => {
    const { provider } = await finished()
    const stored = vi.fn(async () => undefined)
    await generate(provider, request, { store: stored })
    expect(stored).toHaveBeenCalledOnce()
  })
})
