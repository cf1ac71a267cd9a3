import { readFile } from 'node:fs/promises'
import type { Media, Mode, RenderRequest } from '@reelay/core'
import { numberFlag } from './args.ts'
import { UsageError } from './failure.ts'

/** Flags that describe what to render. */
export const requestArgs = {
  prompt: { type: 'positional', required: false, description: 'What to show', valueHint: 'prompt' },
  model: { type: 'string', description: 'Official model name; kling-v3 when left out' },
  mode: { type: 'string', description: 'std, pro or 4k; the cheapest the model has when left out' },
  duration: { type: 'string', description: 'Seconds; 5 when left out' },
  'aspect-ratio': { type: 'string', description: '16:9, 9:16 or 1:1' },
  'negative-prompt': { type: 'string', description: 'What to keep out of the picture' },
  'cfg-scale': { type: 'string', description: 'How closely to follow the prompt, 0 to 1' },
  audio: { type: 'boolean', description: 'With a sound track (costs more)' },
  image: { type: 'string', description: 'First frame: a file or an https URL' },
  'end-image': { type: 'string', description: 'Last frame: a file or an https URL' },
} as const

const demoPrompt = 'A paper boat drifts along a rain gutter, evening light'

type Flags = { readonly [name in keyof typeof requestArgs]?: string | boolean | undefined } & {
  readonly _?: readonly string[]
}

async function readMedia(flag: string, value: string | undefined): Promise<Media | undefined> {
  if (value === undefined) return undefined
  if (/^(https?|data):/.test(value)) return value
  try {
    return new Uint8Array(await readFile(value))
  } catch {
    throw new UsageError(`--${flag}: there is no readable file ${value}.`)
  }
}

const text = (value: string | boolean | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined

/** The request a command line describes; anything wrong with its values is for `check` to say. */
export async function readRequest(flags: Flags): Promise<RenderRequest> {
  const startImage = await readMedia('image', text(flags.image))
  const endImage = await readMedia('end-image', text(flags['end-image']))
  const prompt = flags._ && flags._.length > 0 ? flags._.join(' ') : undefined
  const duration = numberFlag('duration', text(flags.duration))
  const cfgScale = numberFlag('cfg-scale', text(flags['cfg-scale']))
  const shared = {
    ...(text(flags.model) !== undefined && { model: text(flags.model) }),
    ...(text(flags.mode) !== undefined && { mode: text(flags.mode) as Mode }),
    ...(duration !== undefined && { duration }),
    ...(text(flags['aspect-ratio']) !== undefined && { aspectRatio: text(flags['aspect-ratio']) }),
    ...(text(flags['negative-prompt']) !== undefined && { negativePrompt: text(flags['negative-prompt']) }),
    ...(cfgScale !== undefined && { cfgScale }),
    ...(flags.audio === true && { generateAudio: true }),
  } as Partial<RenderRequest>
  if (startImage === undefined && endImage === undefined) {
    return { ...shared, kind: 'text-to-video', prompt: prompt ?? demoPrompt } as RenderRequest
  }
  return {
    ...shared,
    kind: 'image-to-video',
    prompt: prompt ?? demoPrompt,
    ...(startImage !== undefined && { startImage }),
    ...(endImage !== undefined && { endImage }),
  } as RenderRequest
}
