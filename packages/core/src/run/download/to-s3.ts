import { ReelayError } from '../../model/error.ts'
import type { Output, SucceededTask } from '../../model/task.ts'
import { networkCode } from '../../provider/http/never-sent.ts'
import { createCollector } from './collect.ts'
import { streamOf } from './download.ts'
import { openSource } from './open-source.ts'
import { aborted, type DownloadOptions, failure } from './options.ts'
import type { Source } from './source.ts'
import { putAll, type Store, type StoredFile, storeOf, unready } from './store.ts'
import { createWatch, InterruptedError, type Watch } from './watch.ts'

/**
 * Options of {@link toS3}.
 *
 * @example
 * ```ts
 * import { type S3Options, toS3 } from '@reelay/core'
 * const options: S3Options = { putHeaders: { 'x-amz-acl': 'private' }, maxBytes: 500_000_000 }
 * export const storeAt = (presigned: string) => toS3(presigned, options)
 * ```
 */
export interface S3Options extends DownloadOptions {
  /** Headers of the `PUT`, for example those a presigned URL was signed with. */
  readonly putHeaders?: Readonly<Record<string, string>> | undefined
  /** A `fetch` that signs the `PUT` (switch its own retries off); the runtime's, for presigned URLs, when absent. */
  readonly putFetch?: typeof globalThis.fetch | undefined
  /** Largest file to hold in memory where its size is not known beforehand, in bytes; 64 MB when absent. */
  readonly bufferBytes?: number | undefined
}

/**
 * The address of one output's object: presigned, or plain where `putFetch` signs.
 *
 * @example
 * ```ts
 * import type { S3Target } from '@reelay/core'
 * export const target: S3Target = ({ handle }, _output, index) =>
 *   new URL(`https://clips.s3.eu-central-1.amazonaws.com/${encodeURIComponent(handle.id)}-${index}.mp4`)
 * ```
 */
export type S3Target =
  | string
  | URL
  | ((task: SucceededTask, output: Output, index: number) => string | URL | Promise<string | URL>)

const defaultBufferBytes = 64_000_000

interface Upload {
  readonly url: URL
  readonly body: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>
  readonly size: number
  readonly mediaType: string
}

/** Never with the query: in a presigned URL it is the permission to write. */
const shown = ({ origin, pathname }: URL): string => origin + pathname

async function send(upload: Upload, options: S3Options, watch: Watch): Promise<void> {
  const { url, body, size, mediaType } = upload
  const put = options.putFetch ?? globalThis.fetch
  const stop = new AbortController()
  const init: RequestInit & { duplex: 'half' } = {
    method: 'PUT',
    headers: { 'content-type': mediaType, ...options.putHeaders, 'content-length': String(size) },
    body,
    // A stream that was read cannot be sent again, to another address or otherwise.
    duplex: 'half',
    redirect: 'manual',
    signal: stop.signal,
  }
  const trouble = (what: string, httpStatus?: number): ReelayError => {
    const message = `The clip was not stored at ${shown(url)}: ${what}. It is still at the provider; store it again.`
    return failure(options, message, { httpStatus })
  }
  try {
    const response = await watch.guard(put(url.href, init))
    // What it says may repeat the request; only its status is of use.
    void response.body?.cancel().catch(() => undefined)
    if (!response.ok) throw trouble(`the server answered HTTP ${response.status}`, response.status)
  } catch (error) {
    // An unfinished PUT leaves no object.
    stop.abort()
    if (options.abortSignal?.aborted) throw aborted(options)
    if (ReelayError.isInstance(error)) throw error
    throw trouble(error instanceof InterruptedError ? error.message : networkCode(error))
  }
}

/** What goes through, counted, and why it stopped where it did. */
function observed(source: Source, watch: Watch) {
  const seen: { bytes: number; ended: boolean; error?: unknown } = { bytes: 0, ended: false }
  const body = streamOf({
    ...source,
    async read() {
      try {
        // While the provider is what we wait for, the store is not stalling.
        watch.touch(false)
        const chunk = await source.read()
        watch.touch(true)
        seen.bytes += chunk?.length ?? 0
        seen.ended = chunk === undefined || seen.bytes === source.size
        return chunk
      } catch (error) {
        seen.error = error
        throw error
      }
    },
  })
  return { body, seen }
}

async function putOne(output: Output, url: URL, options: S3Options): Promise<StoredFile> {
  const { bufferBytes = defaultBufferBytes } = options
  const collector = createCollector()
  let streaming = false
  const source = await openSource(output, options, () => {
    if (!streaming) return collector.reset()
    throw failure(options, 'The file changed while it was on its way to the store. Store it again.')
  })
  const watch = createWatch(options)
  const { mediaType, size } = source
  const file = shown(url)
  try {
    if (size === undefined) {
      // An object store takes no body of unknown length.
      const tooLarge = (): Error => {
        const message = `The provider does not say how large the file is, and it is more than can be held in memory (${bufferBytes} bytes). Raise bufferBytes, or save it to a file first.`
        return failure(options, message, { retryable: false })
      }
      const body = await collector.readAll(source, bufferBytes, tooLarge)
      await send({ url, body, size: body.length, mediaType }, options, watch)
      return { file, bytes: body.length, mediaType }
    }
    streaming = true
    const { body, seen } = observed(source, watch)
    await send({ url, body, size, mediaType }, options, watch).catch((error: unknown) => {
      throw seen.error ?? error
    })
    if (!seen.ended || seen.bytes !== size) {
      const message = `The server at ${file} answered before it had all of the clip (${seen.bytes} of ${size} bytes). Store it again.`
      throw failure(options, message)
    }
    return { file, bytes: size, mediaType }
  } finally {
    source.cancel()
    watch.end()
  }
}

/**
 * Puts every output into an S3-compatible store with one `PUT` each, streamed from the provider. Nothing is kept of a
 * file that turns out wrong: its `PUT` is broken off before the last byte. A `PUT` is never repeated.
 *
 * Streaming an upload needs a runtime that can (Node, Deno, Bun); browsers cannot.
 *
 * @throws ReelayError `ERR_DOWNLOAD` or `ERR_ABORTED`, outcome `accepted`, with the handle; `ERR_CONFIG` for one address
 * and several outputs.
 *
 * @example
 * ```ts
 * import { generate, toS3, type VideoProvider } from '@reelay/core'
 * declare const provider: VideoProvider
 * declare const presign: (key: string) => Promise<string>
 * const store = toS3((task, _output, index) => presign(`${task.id}-${index}.mp4`))
 * await generate(provider, { kind: 'text-to-video', prompt: 'A paper boat in the rain' }, { store })
 * ```
 */
export function toS3(target: S3Target, options: S3Options = {}): Store {
  const put: Store = async (task, context = {}) => {
    if (typeof target !== 'function' && task.outputs.length > 1) {
      const message = `Task ${task.id} has ${task.outputs.length} outputs and there is one address for them. Give toS3 a function that makes an address for each.`
      throw new ReelayError('ERR_CONFIG', message, { outcome: 'accepted', handle: task.handle })
    }
    return putAll(task, context, options, async (output, index, all) => {
      const url = new URL(typeof target === 'function' ? await target(task, output, index) : target)
      return putOne(output, url, { ...options, ...all })
    })
  }
  return storeOf(put, options, (context) => {
    if (typeof target === 'function') return
    const text = String(target)
    // Not the text itself: the address of a presigned PUT is a permission to write.
    if (!URL.canParse(text)) throw unready('the address given to toS3 is no URL.', context)
    const { protocol } = new URL(text)
    if (protocol === 'https:' || protocol === 'http:') return
    throw unready(`toS3 puts by https: and not by ${protocol}`, context)
  })
}
