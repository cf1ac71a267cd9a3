import type { Kind, Mode } from '../model/words.ts'

/** What a name of somebody else's says, in ours. */
export interface ModelReading {
  /** The official name, as far as the name tells; whether anybody sells it is another question. */
  readonly model: string
  readonly mode?: Mode
  readonly kind?: Kind
}

// text-to-video, text2video, t2v.
const kindWords = ['text', 'image'].flatMap((from) =>
  ['video', 'image'].map((to): readonly [RegExp, Kind] => [
    new RegExp(`${from}[-_ ]?(to|2)[-_ ]?${to}|(?<![a-z])${from[0]}2${to[0]}(?![a-z])`),
    `${from}-to-${to}` as Kind,
  ]),
)
const modeWords: readonly (readonly [RegExp, Mode])[] = [
  [/(?<![a-z0-9])(std|standard|720p)(?![a-z0-9])/, 'std'],
  [/(?<![a-z0-9])(pro|professional|1080p)(?![a-z0-9])/, 'pro'],
  [/(?<![a-z0-9])(4k|2160p)(?![a-z0-9])/, '4k'],
]
// Whoever sells it, and how they fill up their names. A word that is not among these makes it another model: veo-3.
const fillers =
  /\b(fal|ai|kling|klingai|kwaivgi|kwai|kuaishou|kolors|video|image|model|api|official|piapi|replicate|aimlapi|runware|segmind|useapi|v)\b/g
const flavours: readonly string[] = ['master', 'turbo', 'omni', 'flash']

/**
 * Reads a model's name as other services and libraries spell it: `fal-ai/kling-video/v2.1/master/text-to-video`,
 * `kwaivgi/kling-v2.1`, `kling-v2.6-t2v`, `fal-ai/kling-image/o1`, `Kling 2.6`; `undefined` for what is none of Kling's models.
 */
export function readModelName(name: string): ModelReading | undefined {
  let rest = name.trim().toLowerCase()
  const take = <Value>(words: readonly (readonly [RegExp, Value])[]): Value | undefined => {
    const found = words.find(([word]) => word.test(rest))
    if (found) rest = rest.replace(found[0], ' ')
    return found?.[1]
  }
  const kind = take(kindWords)
  // O1 is two models, and says which in its name.
  const ofPictures = kind?.endsWith('to-image') === true || /image/.test(rest)
  const mode = take(modeWords)
  const said = flavours.filter((flavour) => rest.includes(flavour))
  for (const flavour of said) rest = rest.replaceAll(flavour, ' ')
  // o1, o3: the omni models' own count.
  const omni = /(?<![a-z0-9])o([13])(?![a-z0-9])/.exec(rest)
  const version = omni ?? /(?<![0-9])(\d)(?:[._-](\d))?(?![0-9a-z])/.exec(rest)
  if (!version) return undefined
  rest = rest.replace(version[0], ' ').replaceAll('_', ' ')
  // What is left must be filling: letters right before the version (kling2.6, v3) are.
  if (/[a-z0-9]/.test(rest.replace(fillers, ''))) return undefined
  const [, major = '', minor = '0'] = version
  const base = minor === '0' ? `kling-v${major}` : `kling-v${major}-${minor}`
  const first = ofPictures ? 'kling-image-o1' : 'kling-video-o1'
  const model = omni ? (major === '1' ? first : 'kling-v3-omni') : [base, ...said].join('-')
  return { model, ...(mode && { mode }), ...(kind && { kind }) }
}
