import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { buffer as bufferOf } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { Media, Mode, RenderRequest } from '@reelay/core'
import { numberFlag } from './args.ts'
import { UsageError } from './failure.ts'

/** Flags that describe what to render. */
export const requestArgs = {
  prompt: {
    type: 'positional',
    required: false,
    description: 'What to show; - reads it from stdin',
    valueHint: 'prompt',
  },
  'prompt-file': { type: 'string', description: 'File with the prompt', valueHint: 'file' },
  model: { type: 'string', description: 'Official model name; kling-v3 when left out' },
  mode: { type: 'string', description: 'std, pro or 4k; the cheapest the model has when left out' },
  duration: { type: 'string', description: 'Seconds; 5 when left out', valueHint: 'seconds' },
  'aspect-ratio': { type: 'string', description: '16:9, 9:16 or 1:1', valueHint: 'ratio' },
  'negative-prompt': { type: 'string', description: 'What to keep out of the picture', valueHint: 'words' },
  'cfg-scale': {
    type: 'string',
    description: 'How closely to follow the prompt, 0 to 1',
    valueHint: 'number',
  },
  audio: { type: 'boolean', description: 'With a sound track (costs more)' },
  image: { type: 'string', description: 'First frame: a file or an https URL', valueHint: 'file' },
  'end-image': { type: 'string', description: 'Last frame: a file or an https URL', valueHint: 'file' },
} as const

const demoPrompt = 'A paper boat drifts along a rain gutter, evening light'

// More than any provider takes, and little enough to be read into memory.
const mostMegabytes = 200

type Flags = { readonly [name in keyof typeof requestArgs]?: string | boolean | undefined } & {
  readonly _?: readonly string[]
}

/** A request as typed, and the files it was read from, by field. */
export interface TypedRequest {
  readonly request: RenderRequest
  readonly files: Readonly<Record<string, string>>
}

interface ReadMedia {
  readonly media: Media
  /** Name of the file; absent for addresses. */
  readonly file?: string
}

async function readMedia(flag: string, value: string | undefined): Promise<ReadMedia | undefined> {
  if (value === undefined) return undefined
  if (/^(https?|data):/i.test(value)) return { media: value }
  const path = /^file:\/\//i.test(value) ? fileURLToPath(value) : value
  const found = await stat(path).catch(() => {
    throw new UsageError(`--${flag}: there is no readable file ${value}.`)
  })
  if (found.isDirectory()) throw new UsageError(`--${flag}: ${value} is a folder.`)
  const megabytes = found.size / 1_048_576
  if (megabytes > mostMegabytes) {
    const size = `${Math.round(megabytes)} MB`
    throw new UsageError(`--${flag}: ${value} has ${size}, more than any provider takes. Scale it down.`)
  }
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--${flag}: ${value} cannot be read (${error.code}).`)
  })
  return { media: new Uint8Array(bytes), file: basename(path) }
}

const word = (value: string | boolean | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined

function decode(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new UsageError(`${name} is not a text in UTF-8. Nothing was sent.`)
  }
}

async function readText(file: string): Promise<string> {
  if (file === '-') {
    if (process.stdin.isTTY) throw new UsageError('The prompt is read from stdin, and stdin is a terminal.')
    return decode(await bufferOf(process.stdin), 'The prompt on stdin')
  }
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--prompt-file: ${file} cannot be read (${error.code}).`)
  })
  return decode(bytes, `--prompt-file: ${file}`)
}

/** Spaces of any kind and what nobody can see do not make a prompt. */
const isBlank = (text: string): boolean => /^[\s\p{C}\p{Z}]*$/u.test(text)

/** The words given, in whatever way; `undefined` when there are none. */
async function readPrompt(flags: Flags): Promise<string | undefined> {
  const words = flags._ ?? []
  const file = word(flags['prompt-file'])
  if (file !== undefined && words.length > 0) {
    throw new UsageError('The prompt is given twice: as words, and with --prompt-file.')
  }
  const fromStdin = words.length === 1 && words[0] === '-'
  if (file === undefined && words.length === 0) return undefined
  const source = file ?? (fromStdin ? '-' : undefined)
  const prompt = source === undefined ? words.join(' ') : (await readText(source)).trim()
  if (!isBlank(prompt)) return prompt
  const where = source === undefined ? '' : source === '-' ? ' on stdin' : ` in ${source}`
  throw new UsageError(`The prompt${where} is empty. Say what the clip should show. Nothing was sent.`)
}

/**
 * The request a command line describes; anything wrong with its values is for `check` to say.
 *
 * @param demo Whether a call without words and picture shows something of ours: never where it costs money.
 */
export async function readRequest(flags: Flags, demo: boolean): Promise<TypedRequest> {
  const prompt = await readPrompt(flags)
  const start = await readMedia('image', word(flags.image))
  const end = await readMedia('end-image', word(flags['end-image']))
  if (prompt === undefined && !start && !end && !demo) {
    throw new UsageError(
      'There is nothing to render: give a prompt, or a picture with --image. Nothing was sent.',
    )
  }
  const duration = numberFlag('duration', word(flags.duration))
  const cfgScale = numberFlag('cfg-scale', word(flags['cfg-scale']))
  const shared = {
    ...(word(flags.model) !== undefined && { model: word(flags.model) }),
    ...(word(flags.mode) !== undefined && { mode: word(flags.mode) as Mode }),
    ...(duration !== undefined && { duration }),
    ...(word(flags['aspect-ratio']) !== undefined && { aspectRatio: word(flags['aspect-ratio']) }),
    ...(word(flags['negative-prompt']) !== undefined && { negativePrompt: word(flags['negative-prompt']) }),
    ...(cfgScale !== undefined && { cfgScale }),
    ...(flags.audio === true && { generateAudio: true }),
  } as Partial<RenderRequest>
  if (!start && !end) {
    return {
      request: { ...shared, kind: 'text-to-video', prompt: prompt ?? demoPrompt } as RenderRequest,
      files: {},
    }
  }
  // A picture without words is sent without words: nobody pays for some of ours.
  const request = {
    ...shared,
    kind: 'image-to-video',
    ...(prompt !== undefined && { prompt }),
    ...(start && { startImage: start.media }),
    ...(end && { endImage: end.media }),
  } as RenderRequest
  const files = {
    ...(start?.file !== undefined && { startImage: start.file }),
    ...(end?.file !== undefined && { endImage: end.file }),
  }
  return { request, files }
}
