import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { FinishedDraft, RenderRequest, TaskHandle } from '@reelay/core'
import { type RenderRecord, readRenderRecord } from '@reelay/core/node'
import { UsageError } from './failure.ts'
import { readHandle } from './handle-file.ts'
import { flagsOfKind } from './request/fields.ts'

/** A draft as its sidecar remembers it, its files read again. */
export interface RememberedDraft extends FinishedDraft {
  /** Names of the files that were read, by path. */
  readonly files: Readonly<Record<string, string>>
}

type Fields = Readonly<Record<string, unknown>>

/** The record of a task in a run log. */
async function recordIn(
  folder: string,
  { provider, account, id }: TaskHandle,
): Promise<RenderRecord | undefined> {
  const log = await readFile(join(folder, 'renders.jsonl'), 'utf8').catch(() => '')
  return log
    .split('\n')
    .map(readRenderRecord)
    .find(
      (record) =>
        record?.handle.provider === provider && record.handle.account === account && record.handle.id === id,
    )
}

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Where the files of a draft may lie by now. */
export interface DraftFiles {
  /** Files by field, as flags named them. */
  readonly given: Readonly<Record<string, string | undefined>>
  /** A folder that holds the others. */
  readonly folder?: string | undefined
}

const flagOf: Readonly<Record<string, string>> = { startImage: 'image', endImage: 'end-image' }

/** The files of a folder by their digests, each read once and never held whole; what cannot be read is none of them. */
async function digestsIn(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => {
    throw new UsageError(`--inputs: there is no readable folder ${folder}. Nothing was sent.`)
  })
  const found = new Map<string, string>()
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const file = join(folder, entry.name)
    const hash = createHash('sha256')
    const read = pipeline(createReadStream(file), hash)
    await read.then(() => found.set(hash.digest('hex'), file)).catch(() => undefined)
  }
  return found
}

/** A file of the draft that a flag named. */
async function namedFile(flag: string, file: string, digest: string): Promise<Uint8Array> {
  const bytes = await readFile(file).catch(() => {
    throw new UsageError(`--${flag}: there is no readable file ${file}. Nothing was sent.`)
  })
  if (digestOf(bytes) === digest) return new Uint8Array(bytes)
  throw new UsageError(
    `--${flag}: ${file} is another picture than the draft's (its SHA-256 is not ${digest.slice(0, 12)}…). A final shows the same: render another draft, or pass the picture it was made of. Nothing was sent.`,
  )
}

/** The file itself, where it lies: in the folder named by a flag, beside the sidecar, above it, or here. */
async function fileOf(path: string, digest: string, candidates: readonly string[]): Promise<Uint8Array> {
  for (const file of candidates) {
    const bytes = await readFile(file).catch(() => undefined)
    if (bytes && digestOf(bytes) === digest) return new Uint8Array(bytes)
  }
  const flag = flagOf[path]
  const alone = flag === undefined ? '' : `the file with --${flag}, or `
  throw new UsageError(
    `The draft's ${path} is not where it was: pass ${alone}with --inputs the folder that it is in by now. Nothing was sent.`,
  )
}

/** A request with its files where their digests stand, however deep they lie. */
async function withFilesAgain(
  path: string,
  value: unknown,
  read: (path: string, digest: string) => Promise<Uint8Array>,
): Promise<unknown> {
  if (typeof value !== 'object' || value === null) return value
  if ('sha256' in value && typeof value.sha256 === 'string') return read(path, value.sha256)
  const entries: (readonly [string, unknown])[] = []
  for (const [key, item] of Object.entries(value))
    entries.push([key, await withFilesAgain(path === '' ? key : `${path}.${key}`, item, read)])
  return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries)
}

/** Flags that name the files of a draft, for the command that renders its final again. */
export function fileFlagsOf({ handle, files }: RememberedDraft): readonly (readonly [string, string])[] {
  const flags = new Map(flagsOfKind(handle.kind).map((of) => [of.field, of]))
  const byItem = Map.groupBy(Object.entries(files), ([path]) => path.split('.', 2).join('.'))
  return [...byItem].flatMap(([item, entries]) => {
    const [field = '', key] = item.split('.')
    const of = flags.get(field)
    const names = entries.map(([, name]) => name)
    if (!of) return []
    if (of.many !== 'map') return names.map((name) => [of.flag, name] as const)
    const isElement = entries.some(([path]) => path.startsWith(`${item}.images.`))
    return [[of.flag, `${key}=${isElement ? JSON.stringify({ images: names }) : names[0]}`] as const]
  })
}

/**
 * The draft that a file names: its handle, and the request that its sidecar or the run log remembers.
 *
 * @throws UsageError when nobody remembers the request, or a file of it is not there or is another one.
 */
export async function readDraft(
  file: string,
  folder: string,
  { given, folder: inputs }: DraftFiles,
): Promise<RememberedDraft> {
  const { handle, order } = await readHandle(file)
  const record = order ? undefined : await recordIn(folder, handle)
  const request: Fields | undefined = order?.request ?? record?.request
  const names = new Map<string, string>(Object.entries(order?.files ?? {}))
  for (const { field, file: name } of record?.images ?? []) if (name !== undefined) names.set(field, name)
  // A program may leave no more of it than what was chosen.
  const asked = Object.keys(request ?? {}).filter((field) => !['kind', 'model', 'mode'].includes(field))
  if (!request || asked.length === 0) {
    throw new UsageError(
      `Nobody remembers what task ${handle.id} was asked for. Pass the sidecar of its clip (…mp4.json), or name with --out the folder of its run log. Nothing was sent.`,
    )
  }
  const files: Record<string, string> = {}
  const listed = inputs === undefined ? new Map<string, string>() : await digestsIn(inputs)
  const { providerOptions, ...fields } = request
  const again = await withFilesAgain('', fields, (path, digest) => {
    const name = names.get(path)
    if (name !== undefined) files[path] = name
    const named = given[path]
    if (named !== undefined) files[path] = named
    if (named !== undefined) return namedFile(flagOf[path] ?? path, named, digest)
    const near =
      name === undefined ? [] : [dirname(file), join(dirname(file), '..'), '.'].map((one) => join(one, name))
    const moved = listed.get(digest)
    return fileOf(path, digest, moved === undefined ? near : [...near, moved])
  })
  return {
    request: {
      ...(again as Fields),
      ...(providerOptions !== undefined && { providerOptions }),
      kind: handle.kind,
    } as unknown as RenderRequest,
    handle,
    files,
  }
}
