import type { ReelayError } from '../model/error.ts'
import type { Output } from '../model/task.ts'
import { checkedAddress } from '../provider/http/address.ts'
import { type DownloadOptions, failure, held, step } from './transfer.ts'

export type { DownloadOptions } from './transfer.ts'

/** A file on its way. */
export interface Download {
  /** Errors with a `ReelayError` when the file breaks off, is too large or is not what it claims to be. */
  readonly body: ReadableStream<Uint8Array>
  readonly mediaType: string
  /** Bytes, when the server says. */
  readonly size?: number
}

const maxHops = 5
const redirects = new Set([301, 302, 303, 307, 308])

async function open(url: string, options: DownloadOptions): Promise<Response> {
  const fetcher = options.fetch ?? globalThis.fetch
  let address = url
  for (let hop = 0; hop <= maxHops; hop++) {
    const refused = checkedAddress(address, options.allowLoopback === true)
    if (refused) throw failure(options, `The result's address was not followed: ${refused}.`, false)
    // By hand, so that every hop is checked and none is given more than it needs.
    const stop = new AbortController()
    const request = fetcher(address, {
      redirect: 'manual',
      signal: options.abortSignal ? AbortSignal.any([options.abortSignal, stop.signal]) : stop.signal,
    })
    const response = await step(request, options).catch((error: unknown) => {
      // Nobody waits for it any more: a stalled connection would stay open.
      stop.abort()
      throw error
    })
    const location = response.headers.get('location')
    if (!redirects.has(response.status) || location === null) return response
    void response.body?.cancel().catch(() => undefined)
    if (!URL.canParse(location, address)) {
      throw failure(options, 'The result’s address redirects to something that is no URL.', false)
    }
    address = new URL(location, address).href
  }
  throw failure(options, `The result's address redirects more than ${maxHops} times.`, false)
}

function describe(status: number): string {
  if (status === 401 || status === 403 || status === 404 || status === 410) {
    return `answered HTTP ${status}: the URL has expired or is wrong. Read the task again for a fresh one; providers keep results only for a time.`
  }
  return `answered HTTP ${status}. Try again.`
}

/**
 * Opens a finished task's file as a stream. Redirects are followed by hand, at most five, each checked; no credentials
 * are sent. The stream errors rather than end when the file is cut off, too large, or not a video.
 *
 * @throws ReelayError `ERR_DOWNLOAD`, outcome `accepted`: the task is paid for and its result still at the provider.
 *
 * @example
 * ```ts
 * import { download, type SucceededTask } from '@reelay/core'
 * declare const task: SucceededTask
 * const { body, mediaType } = await download(task.outputs[0], { handle: task.handle })
 * const response = new Response(body, { headers: { 'content-type': mediaType } })
 * ```
 */
export async function download(output: Output, options: DownloadOptions = {}): Promise<Download> {
  const { mediaType } = output
  if (output.body) {
    const body = held(
      new Blob([output.body as Uint8Array<ArrayBuffer>]).stream(),
      output,
      output.body.byteLength,
      options,
    )
    return { body, mediaType, size: output.body.byteLength }
  }
  if (output.url === undefined) throw failure(options, 'The output has neither a URL nor bytes.', false)
  const response = await open(output.url, options)
  const fail = async (message: string): Promise<ReelayError> => {
    void response.body?.cancel().catch(() => undefined)
    return failure(options, message)
  }
  if (response.status !== 200 || !response.body)
    throw await fail(`The result's server ${describe(response.status)}`)
  const served = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (served?.startsWith('text/') || served === 'application/json') {
    throw await fail(`The result's server answered with ${served} instead of a ${output.kind}. Try again.`)
  }
  // With a content encoding the length counts other bytes than those we see.
  const encoded = response.headers.has('content-encoding')
  const length = encoded ? null : response.headers.get('content-length')
  const size = length === null ? undefined : Number(length)
  return {
    body: held(response.body, output, size, options),
    mediaType: served ?? mediaType,
    ...(size === undefined ? {} : { size }),
  }
}
