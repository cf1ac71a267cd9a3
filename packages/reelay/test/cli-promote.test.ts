import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createPng } from '@reelay/rig'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createDesk, type Desk, type Ended } from './cli-process.ts'
import { createStudio, type Studio } from './cli-studio.ts'

// Several real processes each.
vi.setConfig({ testTimeout: 120_000 })

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

const live = (): readonly string[] => ['--live', '--yes', '--base-url', studio.url]
const run = (args: readonly string[]): Promise<Ended> => desk.run(args, { env: studio.env })
const draftArgs = ['--model', 'kling-v2-5-turbo', '--duration', '10', '--aspect-ratio', '9:16']

/** Renders a draft live and names its sidecar. */
async function drafted(...more: readonly string[]): Promise<string> {
  const draft = await run(['generate', 'A boat', ...draftArgs, ...more, ...live(), '--json'])
  expect(draft.code, draft.err).toBe(0)
  return JSON.parse(draft.out).sidecar
}

const promote = (sidecar: string, ...more: readonly string[]): Promise<Ended> =>
  run(['promote', sidecar, '--providers', 'kling', ...more])

describe('reelay promote', () => {
  it('goes from draft to final in one command, and shows both', async () => {
    const sidecar = await drafted()
    const { code, out, err } = await promote(sidecar, '--mode', 'pro', ...live(), '--json')
    expect(code, err).toBe(0)
    expect(err).toMatch(/draft +kling-v2-5-turbo std +kling +\$0\.42/)
    expect(err).toMatch(/final +kling-v3 pro +kling +\$1\.12/)
    expect(studio.posts()).toBe(2)
    expect(studio.ordered()).toMatchObject({
      prompt: 'A boat',
      model_name: 'kling-v3',
      mode: 'pro',
      duration: '10',
      aspect_ratio: '9:16',
    })
    expect(JSON.parse(out)).toMatchObject({
      model: 'kling-v3',
      mode: 'pro',
      request: { duration: 10, aspectRatio: '9:16', prompt: 'A boat' },
    })
  })

  it('promotes a draft once, however often it is told to', async () => {
    const sidecar = await drafted()
    const first = await promote(sidecar, '--mode', 'pro', ...live(), '--json')
    const second = await promote(sidecar, '--mode', 'pro', ...live(), '--json')
    expect(second.code, second.err).toBe(0)
    expect(second.err).toContain('Nothing is bought now.')
    expect(JSON.parse(second.out).taskId).toBe(JSON.parse(first.out).taskId)
    expect(studio.posts()).toBe(2)
  })

  it('asks, and buys nothing where nobody can be asked', async () => {
    const sidecar = await drafted()
    const unasked = await promote(sidecar, '--mode', 'pro', '--live', '--base-url', studio.url)
    expect(unasked.code).toBe(2)
    expect(unasked.err).toContain('there is no terminal to ask at')
    expect(studio.posts()).toBe(1)
  })

  it('buys no master tier by --yes alone', async () => {
    const sidecar = await drafted()
    const refused = await promote(sidecar, ...live())
    expect(refused.code).toBe(2)
    expect(refused.err).toContain('add --max-cost 4.20')
    expect(studio.posts()).toBe(1)
    const told = await promote(sidecar, ...live(), '--max-cost', '4.20', '--json')
    expect(told.code, told.err).toBe(0)
    expect(studio.ordered()).toMatchObject({ model_name: 'kling-v3', mode: '4k' })
  })

  it('stays within --max-cost, and says what would do where nothing does', async () => {
    const sidecar = await drafted()
    const { code, err } = await promote(sidecar, '--max-cost', '0.1', ...live())
    expect(code).toBe(2)
    expect(err).toContain('There is no final for the draft.')
    expect(err).toContain('Raise the budget to $')
    expect(studio.posts()).toBe(1)
  })

  it('finds the request of a bare handle in the run log', async () => {
    const sidecar = await drafted()
    const { handle } = JSON.parse(await readFile(sidecar, 'utf8'))
    await writeFile(join(desk.folder, 'handle.json'), JSON.stringify(handle))
    await rm(sidecar)
    const found = await promote('handle.json', '--mode', 'pro', ...live(), '--json')
    expect(found.code, found.err).toBe(0)
    await rm(join(desk.folder, 'renders/renders.jsonl'))
    const lost = await promote('handle.json', '--mode', 'pro', ...live())
    expect(lost.code).toBe(2)
    expect(lost.err).toContain('Nobody remembers what task')
    expect(studio.posts()).toBe(2)
  })

  it('shows the same picture, wherever that lies by now, and no other', async () => {
    const picture = join(desk.folder, 'boat.png')
    await writeFile(picture, createPng(640, 640))
    const sidecar = await drafted('--image', 'boat.png')
    const wanted = ['--mode', 'pro', '--model', 'kling-v3', ...live(), '--json']
    await mkdir(join(desk.folder, 'pictures'))
    await copyFile(picture, join(desk.folder, 'pictures/start.png'))
    await writeFile(picture, createPng(800, 800))
    const gone = await promote(sidecar, ...wanted)
    expect([gone.code, studio.posts()]).toEqual([2, 1])
    expect(gone.err).toContain('pass the file with --image')
    const other = await promote(sidecar, '--image', 'boat.png', ...wanted)
    expect([other.code, studio.posts()]).toEqual([2, 1])
    expect(other.err).toContain('is another picture than the draft')
    const same = await promote(sidecar, '--image', 'pictures/start.png', ...wanted)
    expect(same.code, same.err).toBe(0)
    expect(studio.ordered().image).toBe(Buffer.from(createPng(640, 640)).toString('base64'))
  })

  it('shows the same pictures of references and elements, out of the folder that holds them by now', async () => {
    await mkdir(join(desk.folder, 'old'))
    for (const [index, name] of ['mara', 'left', 'right'].entries())
      await writeFile(join(desk.folder, `old/${name}.png`), createPng(400 + index, 400))
    const element = 'boat={"images":["old/left.png","old/right.png"]}'
    const words = 'Mara steers the boat'
    const references = ['--reference', 'mara=old/mara.png', '--reference', element]
    const drafting = ['generate', 'reference-to-video', words, ...references, '--provider', 'fal', '--json']
    const draft = await desk.run([...drafting, '--model', 'kling-v3-omni', '--mode', 'std'])
    expect(draft.code, draft.err).toBe(0)
    const { sidecar } = JSON.parse(draft.out)
    await mkdir(join(desk.folder, 'new'))
    for (const name of ['mara', 'left', 'right'])
      await rename(join(desk.folder, `old/${name}.png`), join(desk.folder, `new/moved-${name}.png`))
    const wanted = [
      'promote',
      sidecar,
      '--mode',
      'pro',
      '--model',
      'kling-v3-omni',
      '--providers',
      'fal',
      '--json',
    ]
    const gone = await desk.run(wanted)
    expect(gone.code).toBe(2)
    expect(gone.err).toContain('--inputs the folder that it is in by now')
    const final = await desk.run([...wanted, '--inputs', 'new'])
    expect(final.code, final.err).toBe(0)
    const { mode, request, command } = JSON.parse(final.out)
    expect([mode, request.prompt]).toEqual(['pro', words])
    expect(request.references).toEqual(JSON.parse(await readFile(sidecar, 'utf8')).request.references)
    expect(command).toContain(
      `--reference mara=mara.png --reference 'boat={"images":["left.png","right.png"]}'`,
    )
  })

  it('renders on the emulator unless told otherwise', async () => {
    const draft = await desk.run(['generate', 'A boat', '--model', 'kling-v2-6', '--json'])
    const { sidecar } = JSON.parse(draft.out)
    const final = await desk.run(['promote', sidecar, '--mode', 'pro', '--providers', 'kling'])
    expect(final.code, final.err).toBe(0)
    expect(final.out).toContain('kling (emulated)')
    const late = await desk.run(['promote', sidecar, '--mode', 'pro', '--deadline', '0.001'])
    expect(late.code).toBe(1)
    expect(late.err).toContain('money spent: no, this was the emulator')
    expect(studio.posts()).toBe(0)
  })
})
