import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import manifest from '../../package.json' with { type: 'json' }
import { type Catalog, kinds, type RenderRequest } from '../kinds/kinds.ts'
import { withFiles } from '../kinds/media-places.ts'
import type { TaskHandle } from '../model/handle.ts'
import { type Media, openMedia } from '../model/media.ts'

import type { Quote } from '../model/quote.ts'
import type { Chosen, SucceededTask } from '../model/task.ts'
import { sha256Hex } from '../provider/request/hash.ts'
import { offerOf } from '../provider/task/normalize.ts'

import type { RenderImage, RenderRecord } from './render-record.ts'
import type { SavedFile } from './save.ts'

async function describeMedia(media: Media): Promise<unknown> {
  const opened = openMedia(media)
  if (opened.type === 'url') return opened.url
  if (opened.type === 'invalid') return opened.why
  const bytes = opened.type === 'bytes' ? opened.bytes : new Uint8Array(await opened.blob.arrayBuffer())
  return { sha256: await sha256Hex(bytes), bytes: bytes.byteLength }
}

/**
 * A request as plain data: media given as bytes stand as their digest.
 *
 * @example
 * ```ts
 * import { describeRequest } from '@reelay/core/node'
 * const plain = await describeRequest({ kind: 'text-to-video', prompt: 'A paper boat' })
 * ```
 */
export async function describeRequest(request: RenderRequest): Promise<Readonly<Record<string, unknown>>> {
  return withFiles(request, (_path, file) => describeMedia(file))
}

type Described = { readonly path: string } & Pick<RenderImage, 'url' | 'sha256' | 'bytes'>

/** The files of a described field, however deep: digests and addresses. */
function describedIn(path: string, value: unknown): readonly Described[] {
  if (typeof value === 'string') return /^https?:/i.test(value) ? [{ path, url: value }] : []
  if (typeof value !== 'object' || value === null) return []
  const { sha256, bytes } = value as { readonly sha256?: unknown; readonly bytes?: unknown }
  if (typeof sha256 === 'string' && typeof bytes === 'number') return [{ path, sha256, bytes }]
  return Object.entries(value).flatMap(([key, item]) => describedIn(`${path}.${key}`, item))
}

function imagesOf(
  { kind }: TaskHandle,
  request: Readonly<Record<string, unknown>>,
  files: Readonly<Record<string, string>>,
): readonly RenderImage[] {
  return kinds[kind].media
    .flatMap((field) => describedIn(field, request[field]))
    .map(({ path, ...known }) => ({
      field: path,
      ...(files[path] === undefined ? {} : { file: files[path] }),
      ...known,
    }))
}

// Times come out of replies and files: what no calendar holds must not lose the record of a paid clip (ECMA-262 21.4.1.1).
const lastDay = 8.64e15
const iso = (ms: number): string =>
  new Date(Math.min(Math.max(Number.isNaN(ms) ? 0 : ms, -lastDay), lastDay)).toISOString()

function renderMsOf(
  { createdAt, updatedAt }: SucceededTask,
  watched: number | undefined,
): number | undefined {
  return createdAt !== undefined && updatedAt !== undefined && updatedAt > createdAt
    ? updatedAt - createdAt
    : watched
}

/**
 * What {@link logRender} is told beside the task.
 *
 * @example
 * ```ts
 * import type { RenderRequest, SucceededTask } from '@reelay/core'
 * import { type LogRenderOptions, logRender, type SavedFile } from '@reelay/core/node'
 * function note(task: SucceededTask, request: RenderRequest, saved: SavedFile) {
 *   const options: LogRenderOptions = { request, saved, versions: { 'our-studio': '4.2.0' } }
 *   return logRender(task, options)
 * }
 * ```
 */
export interface LogRenderOptions {
  /** The request, or what {@link describeRequest} made of it; absent where nobody knows it any more. */
  readonly request?: RenderRequest | Readonly<Record<string, unknown>> | undefined
  readonly saved: SavedFile
  /** The files of the task's further outputs, in its order. */
  readonly others?: readonly SavedFile[] | undefined
  readonly quote?: Quote | undefined
  /** Names of the files that media were read from, by field of the request. */
  readonly files?: Readonly<Record<string, string>> | undefined
  /** Why its model and mode, where the task was read later and does not know; see {@link SucceededTask}. */
  readonly chosen?: Chosen | undefined
  /** Where to look up the provider's own name of the model. */
  readonly catalog?: Catalog | undefined
  /** Milliseconds that the render took as watched, for providers that do not say. */
  readonly renderMs?: number | undefined
  /** Versions to note beside that of `@reelay/core`, by package. */
  readonly versions?: Readonly<Record<string, string>> | undefined
  readonly command?: string | undefined
  /** `false` leaves the sidecar as it is. */
  readonly sidecar?: false | undefined
  /** The log that gets one line per render; `renders.jsonl` beside the clip when absent. */
  readonly logFile?: string | undefined
  /** `false` leaves the run log as it is. */
  readonly log?: false | undefined
  /** Milliseconds since the epoch; the time of the call when absent. */
  readonly now?: number | undefined
}

async function recordOf(task: SucceededTask, options: LogRenderOptions): Promise<RenderRecord> {
  const { request, saved, quote, command, chosen = task.chosen } = options
  const { handle, cost, warnings } = task
  const { kind, model, mode } = handle
  const [output] = task.outputs
  const described = request === undefined ? {} : await describeRequest(request as RenderRequest)
  const others = (options.others ?? []).map(({ file, bytes, sha256 }, index) => {
    const { id: outputId, url } = task.outputs[index + 1] ?? {}
    const ids = { ...(outputId !== undefined && { outputId }), ...(url !== undefined && { url }) }
    return { file: basename(file), bytes, sha256, ...ids }
  })
  const images = imagesOf(handle, described, options.files ?? {})
  const renderMs = renderMsOf(task, options.renderMs)
  const native = offerOf(options.catalog?.offers ?? [], handle)
  return {
    v: 1,
    file: basename(saved.file),
    bytes: saved.bytes,
    sha256: saved.sha256,
    ...(others.length === 0 ? {} : { others }),
    provider: handle.provider,
    account: handle.account,
    kind,
    model,
    mode,
    ...(chosen === undefined ? {} : { why: chosen.why }),
    ...(native === undefined ? {} : { nativeModel: native.nativeModel }),
    ...(described.prompt === undefined ? {} : { prompt: String(described.prompt) }),
    ...(described.cfgScale === undefined ? {} : { cfgScale: Number(described.cfgScale) }),
    request:
      request === undefined ? { kind, model, mode } : { ...kinds[kind].defaults, ...described, model, mode },
    ...(images.length === 0 ? {} : { images }),
    ...(quote === undefined ? {} : { estimated: quote }),
    ...(cost === undefined ? {} : { cost }),
    taskId: task.id,
    ...(output.id === undefined ? {} : { outputId: output.id }),
    ...(output.url === undefined ? {} : { url: output.url }),
    ...(output.expiresAt === undefined ? {} : { urlExpiresAt: iso(output.expiresAt) }),
    ...(output.duration === undefined ? {} : { duration: output.duration }),
    ...(renderMs === undefined ? {} : { renderMs }),
    warnings,
    handle,
    submittedAt: iso(handle.submittedAt),
    ...(task.updatedAt === undefined ? {} : { endedAt: iso(task.updatedAt) }),
    savedAt: iso(options.now ?? Date.now()),
    versions: { [manifest.name]: manifest.version, ...options.versions },
    ...(command === undefined ? {} : { command }),
  }
}

/**
 * Notes a finished render for later iterations: a sidecar `<file>.json` beside the clip, and one line in the run log.
 *
 * @example
 * ```ts
 * import type { RenderRequest, SucceededTask } from '@reelay/core'
 * import { logRender, save } from '@reelay/core/node'
 * declare const task: SucceededTask
 * declare const request: RenderRequest
 * const saved = await save(task.outputs[0], 'renders/boat.mp4', { handle: task.handle })
 * const { sidecar } = await logRender(task, { request, saved })
 * ```
 */
export async function logRender(
  task: SucceededTask,
  options: LogRenderOptions,
): Promise<{ readonly record: RenderRecord; readonly sidecar: string; readonly logFile: string }> {
  const { saved } = options
  const record = await recordOf(task, options)
  const sidecar = `${saved.file}.json`
  if (options.sidecar !== false) await writeFile(sidecar, `${JSON.stringify(record, undefined, 2)}\n`)
  const logFile = options.logFile ?? join(dirname(saved.file), 'renders.jsonl')
  if (options.log !== false) {
    await mkdir(dirname(logFile), { recursive: true })
    // One write of one line, opened for appending: lines of several processes do not mix.
    await appendFile(logFile, `${JSON.stringify(record)}\n`)
  }
  return { record, sidecar, logFile }
}
