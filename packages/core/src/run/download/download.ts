import type { Output } from '../../model/task.ts'
import { openSource } from './open-source.ts'
import type { DownloadOptions } from './options.ts'
import type { Source } from './source.ts'

/**
 * A file on its way.
 *
 * @example
 * ```ts
 * import type { Download } from '@reelay/core'
 * const toResponse = ({ body, mediaType, size }: Download): Response =>
 *   new Response(body, { headers: { 'content-type': mediaType, ...(size !== undefined && { 'content-length': `${size}` }) } })
 * ```
 */
export interface Download {
  /** Errors with a `ReelayError` when the file breaks off for good, is too large or is not what it claims to be. */
  readonly body: ReadableStream<Uint8Array>
  readonly mediaType: string
  /** Bytes, when the server says. */
  readonly size?: number
}

/** A source as a web stream that asks for nothing before somebody asks it. */
export function streamOf(source: Source): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk = await source.read()
        if (chunk === undefined) controller.close()
        else controller.enqueue(chunk)
      },
      cancel: () => source.cancel(),
    },
    { highWaterMark: 0 },
  )
}

/**
 * Opens a finished task's file as a stream with back-pressure. Redirects are followed by hand, at most twenty, each checked;
 * on Node, Bun and Deno what is checked is the address really connected to (see `checkedFetch` of `@reelay/core/node`),
 * in browsers and Workers the address as it is written, and a runtime that can do neither fetches nothing. No credentials
 * are sent. A broken connection is taken up where it broke, as long as the server can tell that the file is still the
 * same. An expired URL is replaced when `provider` and `handle` are given. What the file is its own bytes decide, not what
 * the server calls it. The stream errors rather than end when the file is cut off, too large, or not a video; its last
 * bytes come after every check.
 *
 * @throws ReelayError `ERR_DOWNLOAD` or `ERR_ABORTED`, outcome `accepted`: the task is paid for, its result still at the
 * provider.
 *
 * @example
 * ```ts
 * import { download, type SucceededTask, type VideoProvider } from '@reelay/core'
 * declare const provider: VideoProvider
 * declare const task: SucceededTask
 * const { body, mediaType } = await download(task.outputs[0], { provider, handle: task.handle })
 * const response = new Response(body, { headers: { 'content-type': mediaType } })
 * ```
 */
export async function download(output: Output, options: DownloadOptions = {}): Promise<Download> {
  const source = await openSource(output, options)
  const { mediaType, size } = source
  return { body: streamOf(source), mediaType, ...(size === undefined ? {} : { size }) }
}
