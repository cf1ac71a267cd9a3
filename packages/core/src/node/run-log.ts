import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { TaskHandle } from '../model/handle.ts'
import { isMedia, type Media, openMedia } from '../model/media.ts'
import type { Cost } from '../model/money.ts'
import type { Quote } from '../model/quote.ts'
import { kinds, type RenderRequest } from '../model/request/index.ts'
import type { SucceededTask } from '../model/task.ts'
import { sha256Hex } from '../provider/request/hash.ts'
import { defaultDuration } from '../provider/request/limits.ts'
import type { SavedFile } from './save.ts'

/** Everything about one render that somebody would want to know, or change, when making the next one. Plain JSON. */
export interface RenderRecord {
  readonly v: 1
  /** File name of the clip. */
  readonly file: string
  readonly bytes: number
  /** SHA-256 of the clip, hex. */
  readonly sha256: string
  readonly provider: string
  readonly account: string
  readonly kind: RenderRequest['kind']
  readonly model: string
  readonly mode: string
  readonly prompt?: string
  readonly cfgScale?: number
  /** The whole request, defaults filled in; media given as bytes stand as their digest. */
  readonly request: Readonly<Record<string, unknown>>
  readonly estimated?: Quote
  readonly cost?: Cost
  readonly taskId: string
  /** The provider's own id of the clip. */
  readonly outputId?: string
  /** Seconds, as the provider measured. */
  readonly duration?: number
  readonly warnings: SucceededTask['warnings']
  /** For reading the task again. */
  readonly handle: TaskHandle
  /** ISO date and time. */
  readonly submittedAt: string
  /** ISO date and time. */
  readonly savedAt: string
}

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
  const plain: Record<string, unknown> = { ...request }
  for (const field of kinds[request.kind].media) {
    if (isMedia(plain[field])) plain[field] = await describeMedia(plain[field])
  }
  return plain
}

/** What {@link logRender} is told beside the task. */
export interface LogRenderOptions {
  /** The request, or what {@link describeRequest} made of it. */
  readonly request: RenderRequest | Readonly<Record<string, unknown>>
  readonly saved: SavedFile
  readonly quote?: Quote | undefined
  /** The log that gets one line per render; `renders.jsonl` beside the clip when absent. */
  readonly logFile?: string | undefined
  /** Milliseconds since the epoch; the time of the call when absent. */
  readonly now?: number | undefined
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
  const { request, saved, quote } = options
  const { handle, cost, warnings } = task
  const [output] = task.outputs
  const record: RenderRecord = {
    v: 1,
    file: basename(saved.file),
    bytes: saved.bytes,
    sha256: saved.sha256,
    provider: handle.provider,
    account: handle.account,
    kind: handle.kind,
    model: handle.model,
    mode: handle.mode,
    ...(request.prompt === undefined ? {} : { prompt: String(request.prompt) }),
    ...(request.cfgScale === undefined ? {} : { cfgScale: Number(request.cfgScale) }),
    request: {
      ...(await describeRequest(request as RenderRequest)),
      model: handle.model,
      mode: handle.mode,
      duration: request.duration ?? defaultDuration,
    },
    ...(quote === undefined ? {} : { estimated: quote }),
    ...(cost === undefined ? {} : { cost }),
    taskId: task.id,
    ...(output.id === undefined ? {} : { outputId: output.id }),
    ...(output.duration === undefined ? {} : { duration: output.duration }),
    warnings,
    handle,
    submittedAt: new Date(handle.submittedAt).toISOString(),
    savedAt: new Date(options.now ?? Date.now()).toISOString(),
  }
  const sidecar = `${saved.file}.json`
  const logFile = options.logFile ?? join(dirname(saved.file), 'renders.jsonl')
  await mkdir(dirname(logFile), { recursive: true })
  await writeFile(sidecar, `${JSON.stringify(record, undefined, 2)}\n`)
  // One write of one line, opened for appending: lines of several processes do not mix.
  await appendFile(logFile, `${JSON.stringify(record)}\n`)
  return { record, sidecar, logFile }
}
