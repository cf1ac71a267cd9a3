import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createPng } from '@reelay/rig'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDesk, type Desk } from './cli-process.ts'
import { createStudio, type Studio } from './cli-studio.ts'

let desk: Desk
let studio: Studio
beforeEach(async () => {
  desk = createDesk()
  studio = await createStudio()
})
afterEach(async () => {
  await desk.close()
  await studio.close()
})

const put = (file: string, text: string | Uint8Array) => writeFile(join(desk.folder, file), text)

function config(more: Record<string, unknown> = {}): string {
  const main = { use: 'kling', account: 'studio', baseURL: studio.url, apiKey: { env: 'STUDIO_KEY' } }
  return JSON.stringify({ provider: 'main', providers: { main, backup: 'fal' }, ...more })
}
const env = { STUDIO_KEY: 'key-12345678' }

describe('reelay generate with a configuration', () => {
  it('buys from the provider that it names, and says who that is', async () => {
    await put('reelay.config.json', config({ defaults: { model: 'kling-v2-6', mode: 'pro' } }))
    const ended = await desk.run(['generate', 'A boat', '--live', '--yes'], { env })
    expect(ended.code).toBe(0)
    for (const part of [
      'provider  main (kling), from reelay.config.json',
      'account   studio',
      'model     kling-v2-6, mode pro',
    ])
      expect(ended.err).toContain(part)
    expect(studio.ordered()).toMatchObject({ model_name: 'kling-v2-6', mode: 'pro' })
  })

  it('finds it above the current folder, but not above the repository', async () => {
    await put('reelay.config.json', config())
    await mkdir(join(desk.folder, 'scenes/one'), { recursive: true })
    const below = await desk.run(['generate', 'A boat', '--live', '--yes', '--provider', 'main'], {
      env,
      cwd: join(desk.folder, 'scenes/one'),
    })
    expect([below.code, below.err]).toEqual([0, expect.stringContaining('from ../../reelay.config.json')])
    await mkdir(join(desk.folder, 'scenes/.git'))
    const apart = await desk.run(['generate', 'A boat', '--live', '--yes', '--provider', 'main'], {
      env,
      cwd: join(desk.folder, 'scenes/one'),
    })
    expect([apart.code, apart.err]).toEqual([2, expect.stringContaining('The provider "main" is not known')])
    expect(studio.posts()).toBe(1)
  })

  it('emulates the provider it names where nothing is to be paid', async () => {
    await put('mine.json', config({ provider: 'backup' }))
    const ended = await desk.run(['generate', 'A boat', '--config', 'mine.json'])
    expect([ended.code, ended.out]).toEqual([0, expect.stringContaining('fal (emulated)')])
    expect(ended.err).toContain('Config mine.json: backup is fal, emulated here.')
  })

  it.each([
    ['export default {', 'cannot be loaded'],
    ['export default { provider: "mian", providers: { main: "kling" } }', 'Did you mean "main"?'],
    ['throw new Error("no such variable\\nsecond line")', 'no such variable'],
  ])('says why it cannot use %j, and sends nothing', async (text, words) => {
    await put('reelay.config.ts', text)
    const ended = await desk.run(['generate', 'A boat', '--live', '--yes'], { env: studio.env })
    expect([ended.code, ended.err]).toEqual([2, expect.stringContaining(words)])
    expect(ended.err).not.toMatch(/\n\s+at /)
    expect(ended.err).not.toContain('second line')
  })

  it('quotes nothing of a file that is no JSON: it may be a key', async () => {
    await put('reelay.config.json', '{"providers":{"main":{"use":"kling","apiKey": sk-abc-secret-12345}}}')
    const ended = await desk.run(['doctor', '--json'])
    expect([ended.code, ended.out]).toEqual([1, expect.stringContaining('not valid JSON')])
    expect(ended.out + ended.err).not.toContain('sk-')
  })

  it('knows its own names and those of the adapters, and no others', async () => {
    await put('reelay.config.json', config())
    const ended = await desk.run(['generate', 'A boat', '--live', '--yes', '--provider', 'mian'], { env })
    expect([ended.code, ended.err]).toEqual([2, expect.stringContaining('Did you mean "main"?')])
    expect(await desk.run(['generate', 'x', '--config', 'none.json'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('none.json'),
    })
  })
})

describe('reelay generate --live', () => {
  it('sends a picture without words as it is', async () => {
    await put('me.png', createPng(400, 400))
    const where = ['--live', '--yes', '--base-url', studio.url, '--model', 'kling-v2-6']
    const ended = await desk.run(['generate', '--image', 'me.png', ...where], { env: studio.env })
    expect(ended.code).toBe(0)
    expect(studio.ordered()).not.toHaveProperty('prompt')
    expect(studio.ordered()).toHaveProperty('image')
  })

  it('takes words from a file', async () => {
    await put('boat.txt', '\ufeffA boat\nin the rain\n')
    const where = ['--live', '--yes', '--base-url', studio.url]
    await desk.run(['generate', '--prompt-file', 'boat.txt', ...where], { env: studio.env })
    expect(studio.ordered()).toMatchObject({ prompt: 'A boat\nin the rain' })
  })

  it('keeps names out of replies in its folder, and their control characters off the terminal', async () => {
    studio.call('task-\u001b]0;owned\u0007/../../../evil')
    const where = ['--live', '--yes', '--base-url', studio.url, '--out', 'a/b/renders']
    const ended = await desk.run(['generate', 'A boat', ...where], { env: studio.env })
    for (const character of ['\u001b', '\u0007']) expect(ended.out + ended.err).not.toContain(character)
    expect((await desk.files('.')).filter((file) => !file.startsWith('a'))).toEqual([])
  })
})
