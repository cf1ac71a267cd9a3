import { mkdtempSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Kind, kinds, type RenderRequest } from '@reelay/core'
import { createSample } from '@reelay/emulator'
import { describe, expect, it } from 'vitest'
import { commandOf } from '../src/cli/again.ts'
import { readArgs } from '../src/cli/args.ts'
import { openConfig } from '../src/cli/config.ts'
import { withDemo } from '../src/cli/demo.ts'
import { UsageError } from '../src/cli/failure.ts'
import { problemLines } from '../src/cli/flags.ts'
import { kindExamples } from '../src/cli/help-texts.ts'
import { rateInWords } from '../src/cli/offers.ts'
import { madeRows } from '../src/cli/payment.ts'
import { sidecarHints } from '../src/cli/request/clip-file.ts'
import { type FieldFlag, flagsOfKind, wordsField } from '../src/cli/request/fields.ts'
import { rowFor, withBlanks, withStandIns } from '../src/cli/request/fill.ts'
import { readField } from '../src/cli/request/values.ts'
import { readRequest } from '../src/cli/request.ts'
import { savingLine } from '../src/cli/result.ts'
import { emulatedTarget } from '../src/cli/target.ts'
import { createProvider } from '../src/config/create-provider.ts'
import { adapters } from '../src/config/registry.ts'

const names = Object.keys(kinds) as Kind[]
const folder = mkdtempSync(join(tmpdir(), 'reelay-kinds-'))
const fileOf = async (name: string, content: string | Uint8Array = 'a file'): Promise<string> => {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

const sellers = await Promise.all(Object.keys(adapters).map((id) => createProvider(id)))

const read = async (...args: readonly string[]): Promise<RenderRequest> =>
  (await readRequest(args, {}, false)).request

describe.each(names)('%s on the command line', (kind) => {
  it('has every field of its own as a flag, each under one name', () => {
    const flags = flagsOfKind(kind)
    expect(flags.map(({ field }) => field).sort()).toEqual(
      kinds[kind].fields.filter((field) => field !== 'kind' && field !== 'prompt').sort(),
    )
    expect(new Set(flags.map(({ flag }) => flag)).size).toBe(flags.length)
    for (const { flag, description } of flags) {
      expect(flag).toMatch(/^[a-z]+(-[a-z]+)*$/)
      expect(description, `--${flag} says what it is for`).not.toBe('')
    }
  })

  it('takes files as files', () => {
    const files = flagsOfKind(kind).filter(({ value }) => value === 'file' || value === 'clip')
    expect(kinds[kind].media.every((field) => files.some((one) => one.field === field))).toBe(true)
  })

  it('is shown before it is paid for with seconds only where it is made to a length', () => {
    const rows = Object.fromEntries(madeRows({ kind } as RenderRequest))
    expect(rows).toEqual({ kind, ...(kinds[kind].fields.includes('duration') && { length: '5 s' }) })
    expect(madeRows({ kind, n: 2 } as RenderRequest)).toContainEqual(['number', '2'])
  })

  it('is repeated by the command that is noted beside its result', async () => {
    const field = wordsField(kind)
    const words = field === undefined ? [] : ['A paper boat']
    const request = await read(kind, ...words, '--model', 'kling-v0', '--mode', 'pro')
    expect(request).toEqual({
      kind,
      model: 'kling-v0',
      mode: 'pro',
      ...(field && { [field]: 'A paper boat' }),
    })
    const isPlain = kind === 'text-to-video' || kind === 'image-to-video'
    const command = ['reelay generate', ...(isPlain ? [] : [kind]), ...(field ? ["'A paper boat'"] : [])]
    expect(commandOf(request, {}, {})).toBe(`${command.join(' ')} --model kling-v0 --mode pro`)
  })
})

describe('a kind', () => {
  it('is the first word; later it is a mistake, and behind -- a word', async () => {
    await expect(read('--mode', 'pro', 'image-to-video')).rejects.toThrow('Name the kind first')
    expect(await read('--', 'image-to-video')).toMatchObject({
      kind: 'text-to-video',
      prompt: 'image-to-video',
    })
  })

  it.each([
    ['lipsync', 'lip-sync'],
    ['text2image', 'text-to-image'],
    ['Virtual_TryOn', 'virtual-try-on'],
    ['image-to-vidoe', 'image-to-video'],
  ])('that is not quite one (%s) is not bought as a word', async (typed, meant) => {
    const told = `There is no kind ${typed}. Did you mean ${meant}? For a prompt of that word, put -- before it.`
    await expect(read(typed)).rejects.toThrow(told)
    await expect(read(typed, 'a boat', '--mode', 'pro')).rejects.toThrow(told)
    expect(await read('--', typed)).toMatchObject({ kind: 'text-to-video', prompt: typed })
    expect(await read(`${typed} of a boat`)).toMatchObject({ prompt: `${typed} of a boat` })
  })

  it('takes its words behind a flag as well, once', async () => {
    expect(await read('--prompt', 'A boat')).toEqual({ kind: 'text-to-video', prompt: 'A boat' })
    expect(await read('text-to-image', '--prompt', 'A boat')).toMatchObject({ prompt: 'A boat' })
    await expect(read('A boat', '--prompt', 'A ship')).rejects.toThrow(
      'The words are given twice: as words, and with --prompt.',
    )
    await expect(read('--prompt', ' ')).rejects.toThrow('--prompt is empty.')
    await expect(read('virtual-try-on', '--prompt', 'x')).rejects.toThrow('There is no flag --prompt')
  })

  it('has its own flags, and says whose a flag is', async () => {
    await expect(read('a boat', '--garment-image', 'x.png')).rejects.toThrow(
      'There is no flag --garment-image. It is one of virtual-try-on: name the kind first.',
    )
    await expect(read('virtual-try-on', '--garmet-image', 'x.png')).rejects.toThrow(
      'Did you mean --garment-image?',
    )
    await expect(read('virtual-try-on', 'a boat')).rejects.toThrow('virtual-try-on takes no words')
  })

  it('takes a switch both ways, once', async () => {
    expect(await read('virtual-try-on', '--no-keep-face', '--keep-pose')).toMatchObject({
      keepFace: false,
      keepPose: true,
    })
    await expect(read('virtual-try-on', '--keep-face', '--no-keep-face')).rejects.toThrow(
      '--keep-face is given twice',
    )
    await expect(read('virtual-try-on', '--no-keep-face=yes')).rejects.toThrow('takes no value')
  })

  it('takes what has parts as JSON, or part by part, and lists as often as there are items', async () => {
    const parts = ['--camera-control.type', 'simple', '--camera-control.config.zoom', '5']
    expect(await read('A boat', ...parts)).toMatchObject({
      cameraControl: { type: 'simple', config: { zoom: 5 } },
    })
    const shots = ['--shot', '{"prompt":"a","duration":2}', '--shot', '{"prompt":"b","duration":3}']
    expect(await read(...shots)).toMatchObject({
      kind: 'text-to-video',
      prompt: '',
      shots: [
        { prompt: 'a', duration: 2 },
        { prompt: 'b', duration: 3 },
      ],
    })
    await expect(read('A boat', '--camera-control', '{type')).rejects.toThrow(
      '--camera-control: {type is no JSON',
    )
    await expect(read('A boat', '--camera-control.type')).rejects.toThrow(
      '--camera-control.type needs a value',
    )
    await read('A boat', '--provider-options.__proto__.polluted', '1')
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it('names the flag of whatever is wrong, however deep', () => {
    const problem = (field: string) =>
      ({ field, rule: 'range', message: 'It is wrong.', fix: 'Leave it out.' }) as never
    expect(
      problemLines([problem('cameraControl.config'), problem('shots.1.prompt'), problem('personImage')]),
    ).toEqual([
      '--camera-control.config: It is wrong. Leave it out.',
      '--shot 2: It is wrong. Leave it out.',
      '--person-image: It is wrong. Leave it out.',
    ])
  })
})

const flag = (more: Partial<FieldFlag>): FieldFlag => ({
  field: 'references',
  flag: 'reference',
  value: 'file',
  isRequired: true,
  description: '',
  ...more,
})
const typed = (...values: readonly string[]) => values.map((value) => ({ value }))

const handleOf = (account: string) => ({
  ...{ v: 1, provider: 'kling', account, id: '831', kind: 'text-to-video', model: 'kling-v1-6' },
  ...{ mode: 'std', route: 'text2video', idempotencyKey: 'k', requestHash: 'h', submittedAt: 0 },
})

/** What is noted beside a clip of a handle. */
const sidecarOf = (handle: { readonly account: string }) => ({
  ...{ v: 1, file: 'a.mp4', bytes: 1, sha256: 'x', provider: 'kling', account: handle.account },
  ...{ kind: 'text-to-video', model: 'kling-v1-6', mode: 'std', request: {}, taskId: '831' },
  ...{ outputId: 'clip-1', duration: 5.1, url: 'https://example.com/a.mp4', warnings: [], handle },
  ...{ urlExpiresAt: '2026-12-27T00:00:00.000Z', submittedAt: '2026-11-27T00:00:00.000Z' },
  ...{ savedAt: '2026-11-27T00:05:00.000Z', versions: {} },
})

describe('the value of a flag', () => {
  it('of named files is read by name: pictures, clips where they are taken, and JSON with files in it', async () => {
    const [png, mp4] = [await fileOf('mara.png', 'png'), await fileOf('dance.mp4', 'mp4')]
    const bytes = (text: string) => new Uint8Array(Buffer.from(text))
    const named = flag({ many: 'map', takesVideo: true })
    const given = [`mara=${png}`, `dance=${mp4}`, `boat={"images":["${png}"]}`, 'ann={"element":"829"}']
    expect(await readField(named, typed(...given))).toEqual({
      value: {
        mara: bytes('png'),
        dance: { video: bytes('mp4') },
        boat: { images: [bytes('png')] },
        ann: { element: '829' },
      },
      files: {
        'references.mara': 'mara.png',
        'references.dance.video': 'dance.mp4',
        'references.boat.images.0': 'mara.png',
      },
    })
    const wrong = (...values: readonly string[]) => readField(named, typed(...values))
    await expect(wrong('mara.png')).rejects.toThrow('--reference takes name=file')
    await expect(wrong(`mara=${png}`, `mara=${png}`)).rejects.toThrow('--reference names mara twice')
    await expect(wrong('mara=none.png')).rejects.toThrow('--reference: there is no readable file none.png')
  })

  it('of a list is each of its items', async () => {
    const png = await fileOf('a.png', 'png')
    const list = flag({ field: 'subjectImages', flag: 'subject-image', many: 'list' })
    expect(await readField(list, typed(png, 'https://example.com/b.png'))).toEqual({
      value: [new Uint8Array(Buffer.from('png')), 'https://example.com/b.png'],
      files: { 'subjectImages.0': 'a.png' },
    })
  })

  it('of words, numbers or either is what it says', async () => {
    const value = async (more: Partial<FieldFlag>, text: string) =>
      (await readField(flag(more), typed(text))).value
    expect(await value({ value: 'scalar' }, '3')).toBe(3)
    expect(await value({ value: 'scalar' }, 'auto')).toBe('auto')
    await expect(value({ value: 'text', words: ['en', 'zh'] }, 'de')).rejects.toThrow(
      'takes en, zh, not "de"',
    )
    await expect(value({ value: 'number' }, '5s')).rejects.toThrow('not "5s". Did you mean 5?')
  })

  it('of an earlier clip is read from its sidecar or handle, and from nothing else', async () => {
    const handle = handleOf('studio')
    const record = sidecarOf(handle)
    const clip = flag({ field: 'video', flag: 'video', value: 'clip' })
    const sidecar = await fileOf('a.mp4.json', JSON.stringify(record, undefined, 2))
    const { value } = await readField(clip, typed(sidecar))
    const about = {
      provider: 'kling',
      account: 'studio',
      taskId: '831',
      kind: 'text-to-video',
      model: 'kling-v1-6',
    }
    expect(value).toEqual({
      ...{ ...about, mode: 'std', outputId: 'clip-1', duration: 5.1, url: 'https://example.com/a.mp4' },
      ...{ endedAt: Date.parse(record.savedAt), expiresAt: Date.parse(record.urlExpiresAt) },
    })
    // The task's own end counts where it was noted: the clip may have been saved days after it.
    const noted = await fileOf(
      'b.mp4.json',
      JSON.stringify({ ...record, endedAt: '2026-11-26T00:00:00.000Z' }),
    )
    expect((await readField(clip, typed(noted))).value).toMatchObject({
      endedAt: Date.parse('2026-11-26T00:00:00.000Z'),
    })
    const bare = await fileOf('handle.json', JSON.stringify(handle))
    expect((await readField(clip, typed(bare))).value).toEqual({ ...about, mode: 'std' })
    const again = await fileOf('clip.json', JSON.stringify(value))
    expect((await readField(clip, typed(again))).value).toEqual(value)
    const other = await fileOf('package.json', '{"name":"x"}')
    await expect(readField(clip, typed(other))).rejects.toThrow('names no clip. Pass the sidecar')
    const picture = await fileOf('b.png.json', JSON.stringify({ ...record, file: 'b.png' }))
    await expect(readField(clip, typed(picture))).rejects.toThrow('is the sidecar of b.png, which is no clip')
    const mp4 = await fileOf('a.mp4', 'mp4')
    expect((await readField(clip, typed(mp4))).value).toEqual(new Uint8Array(Buffer.from('mp4')))
  })
})

describe('what is made up', () => {
  it('is left blank in the command that somebody is to complete', async () => {
    const lip = withStandIns(await readRequest(['lip-sync', '--face', '1'], {}, true), sellers)
    const blank = withBlanks(lip.request, lip)
    expect(commandOf(blank.request, {}, {}, blank.fileFlags)).toMatch(
      /^reelay generate lip-sync TEXT .*--video FILE$/,
    )
    const bare = await readRequest([], {}, true)
    expect(withBlanks(bare.request, bare).request).toMatchObject({ prompt: 'PROMPT' })
    const own = await readRequest(['A boat'], {}, true)
    expect(withBlanks(own.request, own)).toEqual({ request: own.request, fileFlags: [] })
    const named = await readRequest(['reference-to-video', 'Mara waves'], {}, true)
    expect(withBlanks(named.request, withStandIns(named, sellers)).fileFlags).toEqual([
      ['reference', 'NAME=FILE'],
    ])
  })

  it.each([
    ['lip-sync', 'kling-lip-sync'],
    ['extend', 'kling-v1-5'],
    ['reference-to-video', 'kling-v3-omni'],
    ['image-to-video', 'kling-v3'],
  ] as const)('a clip of %s that an earlier emulator made is made again', async (kind, model) => {
    const { entry } = (await openConfig(undefined)).pick('kling')
    const { provider } = await emulatedTarget({ entry, name: undefined, defaults: {} } as never)
    const video = { ...{ provider: 'kling', account: 'demo', taskId: '831', kind, model, mode: 'std' } }
    const request = { kind: 'lip-sync', video, text: 'Hello', voice: 'oversea_male1' } as never
    const { request: again } = await withDemo({ request, files: {}, isNamed: true }, provider)
    expect(again).toMatchObject({ video: { provider: 'kling', taskId: expect.not.stringMatching(/^831$/) } })
    expect(provider.check(again)).toEqual([])
  })
})

describe.each(names)('the example of %s', (kind) => {
  it('passes, given its files', async () => {
    const kling = await createProvider('kling')
    const words = [...kindExamples[kind].matchAll(/"([^"]*)"|(\S+)/g)].map(
      ([, text, word]) => text ?? word ?? '',
    )
    const here: string[] = []
    for (const word of words) {
      const [file] = /[\w/]+\.(png|mp4\.json)$/.exec(word.includes('://') ? '' : word) ?? []
      const content = file?.endsWith('.png')
        ? await createSample({ type: 'png', text: file })
        : JSON.stringify(sidecarOf(handleOf('default')))
      here.push(file ? word.replace(file, await fileOf(`example-${file.replace('/', '-')}`, content)) : word)
    }
    const request = await read(kind, ...here)
    expect(request.kind).toBe(kind)
    expect(kling.check(request)).toEqual([])
  })
})

it('a clip that was refused as a file is passed as its sidecar', async () => {
  const mp4 = await fileOf('mara.mp4', 'mp4')
  const problems = [{ field: 'video', rule: 'form', message: 'It is a file.', fix: 'Pass its URL.' } as const]
  expect(sidecarHints(problems as never, [['video', mp4]])).toEqual([])
  await fileOf('mara.mp4.json', '{}')
  expect(sidecarHints(problems as never, [['video', mp4]])).toEqual([
    `--video: ${mp4}.json says which clip of which provider this is. Pass that instead.`,
  ])
  expect(sidecarHints([], [['video', mp4]])).toEqual([])
})

describe('a command without fields', () => {
  it('refuses them', () => {
    expect(() => readArgs(['--duration', '5'], {})).toThrow(UsageError)
  })
})

describe.each(names)('a price of %s', (kind) => {
  const typed = { request: { kind } as unknown as RenderRequest, files: {}, isNamed: true }

  it('is asked for with inputs that stand for others, and never with those where a kind is not named', () => {
    for (const provider of sellers) {
      const offer = rowFor(provider, typed.request)
      const { request } = withStandIns(typed, [provider])
      expect(provider.check(request)).toEqual(offer ? [] : provider.check(typed.request))
    }
    expect(withStandIns({ ...typed, isNamed: false }, sellers).request).toBe(typed.request)
  })

  it('keeps what was typed, and adds no more than what is needed to it', () => {
    const [field] = kinds[kind].texts
    if (field === undefined) return
    const request = { kind, [field]: 'Mine' } as unknown as RenderRequest
    const filled = withStandIns({ ...typed, request }, sellers).request as unknown as Record<string, unknown>
    expect(filled[field]).toBe('Mine')
    const needed = flagsOfKind(kind).filter(({ isRequired }) => isRequired)
    const allowed = ['kind', 'model', 'mode', field, ...needed.map((one) => one.field)]
    expect(Object.keys(filled).filter((one) => !allowed.includes(one))).toEqual([])
  })
})

describe('a rate', () => {
  it('is told by what it is per, with what moves it', () => {
    const rate = { unit: 'unit', unitUsd: 10_000, source: 'x', asOf: '2026-11-27' } as const
    const words = (more: object) => rateInWords({ price: { ...rate, ...more } as never })
    expect(words({ per: 'image', rates: { any: 2.8 } })).toBe('$0.028 per image')
    expect(words({ per: 'second', rates: { silent: 1, audio: [2, 3] }, basis: { audio: 'derived' } })).toBe(
      'silent $0.01, audio ~$0.02 to $0.03 per second',
    )
    expect(words({ per: 'input-second', rates: { any: 1 }, step: 5, least: 10 })).toBe(
      '$0.01 per second of input (every 5 begun, 10 at least)',
    )
    expect(words({ per: 'clip', rates: {}, why: 'Nobody says.' })).toBe('unknown: Nobody says.')
  })
})

it('what is saved is called what it is', () => {
  const line = (...types: readonly ('video' | 'image' | 'audio')[]): string => {
    const [first = 'video', ...others] = types
    const output = (kind: typeof first) => ({ kind, url: 'https://example.com/a', mediaType: '' }) as const
    return savingLine({ outputs: [output(first), ...others.map(output)] })
  }
  expect([line('video'), line('image'), line('audio')]).toEqual([
    'saving the clip',
    'saving the picture',
    'saving the sound',
  ])
  expect(line('image', 'image', 'image')).toBe('saving 3 pictures')
})
