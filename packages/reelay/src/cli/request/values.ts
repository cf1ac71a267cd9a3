import { extname } from 'node:path'
import type { Media } from '@reelay/core'
import { numberFlag } from '../args.ts'
import { UsageError } from '../failure.ts'
import { readClip } from './clip-file.ts'
import type { FieldFlag, FlagValue, Given } from './fields.ts'
import { isAddress, readMedia } from './media-file.ts'

/** What a field becomes, and the names of the files in it by path. */
export interface ReadField {
  readonly value: unknown
  readonly files: Readonly<Record<string, string>>
}

function json(flag: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UsageError(`--${flag}: ${text.slice(0, 60)} is no JSON (${(error as Error).message}).`)
  }
}

const isJson = (text: string): boolean => /^\s*[{[]/.test(text)

/** A plain value in its type. */
function plain(flag: string, type: FlagValue, value: string | boolean): unknown {
  if (typeof value === 'boolean') return value
  if (type === 'number') return numberFlag(flag, value)
  if (type === 'scalar') return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value
  if (type === 'switch') {
    if (value === 'true' || value === 'false') return value === 'true'
    throw new UsageError(`--${flag} takes true or false, not "${value}".`)
  }
  return type === 'fields' || isJson(value) ? json(flag, value) : value
}

// A suffix tells more than bytes that nobody has looked at; what it is not is for `check` to say.
const isVideo = (value: string): boolean =>
  /^\.(mp4|mov|webm|m4v)$/i.test(
    extname(isAddress(value) && URL.canParse(value) ? new URL(value).pathname : value),
  )

/** Words inside JSON that are files: those that look like a path. Ids and words of choice do not. */
const isPath = (text: string): boolean => !isAddress(text) && /[./\\]/.test(text)

/** Names of the files that were read, by path. */
type Names = Record<string, string>

async function file(names: Names, flag: string, path: string, value: string): Promise<Media> {
  const read = await readMedia(flag, value)
  if (read.file !== undefined) names[path] = read.file
  return read.media
}

/** JSON with the files that it names in their place. */
async function withFiles(names: Names, flag: string, path: string, value: unknown): Promise<unknown> {
  if (typeof value === 'string') return isPath(value) ? file(names, flag, path, value) : value
  if (typeof value !== 'object' || value === null) return value
  const entries: (readonly [string, unknown])[] = []
  for (const [key, item] of Object.entries(value))
    entries.push([key, await withFiles(names, flag, `${path}.${key}`, item)])
  return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries)
}

async function oneFile(names: Names, of: FieldFlag, path: string, text: string): Promise<unknown> {
  const { flag, value, takesVideo } = of
  if (isJson(text)) return withFiles(names, flag, path, json(flag, text))
  if (value === 'clip' && extname(text) === '.json' && !isAddress(text)) return readClip(flag, text)
  if (takesVideo && isVideo(text)) return { video: await file(names, flag, `${path}.video`, text) }
  return file(names, flag, path, text)
}

function named(flag: string, text: string): readonly [name: string, value: string] {
  const at = text.indexOf('=')
  if (at > 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)]
  throw new UsageError(`--${flag} takes name=file, such as --${flag} mara=mara.png, not "${text}".`)
}

/** One part behind dots, as deep as it lies: `up` is `{ up: 0.5 }`, `config.zoom` `{ config: { zoom: 5 } }`. */
function placed(into: object, [key = '', ...deeper]: readonly string[], value: unknown): object {
  const inner: unknown = (into as Readonly<Record<string, unknown>>)[key]
  if (deeper.length === 0) return { ...into, [key]: value }
  return { ...into, [key]: placed(Object.hasOwn(into, key) ? Object(inner) : {}, deeper, value) }
}

/** A field of parts: as JSON, or each behind its dot. */
function nested({ flag, parts = {} }: FieldFlag, given: readonly Given[]): unknown {
  let whole: object = {}
  for (const { part, value } of given) {
    const read =
      part === undefined
        ? json(flag, String(value))
        : plain(`${flag}.${part}`, parts[part] ?? 'scalar', value)
    whole = part === undefined ? Object.assign(whole, read) : placed(whole, part.split('.'), read)
  }
  return whole
}

/**
 * The value of a field as its flags say it, files read.
 *
 * @throws UsageError in the words of the flag.
 */
export async function readField(of: FieldFlag, given: readonly Given[]): Promise<ReadField> {
  const { field, flag, value, many, words } = of
  const files: Names = {}
  const isFile = value === 'file' || value === 'clip'
  const [first] = given
  if (value === 'fields' && !many) return { value: nested(of, given), files: {} }
  if (many === 'map') {
    const map: Record<string, unknown> = {}
    for (const { value: text } of given) {
      const [name, item] = named(flag, String(text))
      if (Object.hasOwn(map, name)) throw new UsageError(`--${flag} names ${name} twice.`)
      map[name] = await oneFile(files, of, `${field}.${name}`, item)
    }
    return { value: map, files: files }
  }
  if (many === 'list') {
    const list: unknown[] = []
    for (const [at, { value: text }] of given.entries())
      list.push(isFile ? await oneFile(files, of, `${field}.${at}`, String(text)) : plain(flag, value, text))
    return { value: list, files: files }
  }
  const text = first?.value ?? ''
  if (words && typeof text === 'string' && !words.includes(text))
    throw new UsageError(`--${flag} takes ${words.join(', ')}, not "${text}".`)
  if (!isFile || typeof text === 'boolean') return { value: plain(flag, value, text), files: {} }
  return { value: await oneFile(files, of, field, text), files: files }
}
