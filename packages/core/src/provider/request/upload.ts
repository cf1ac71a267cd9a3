import { ReelayError, withDetails } from '../../model/error.ts'
import type { PreparedMedia } from '../../model/media-rule.ts'
import type { Engine } from '../engine.ts'
import type { HttpReply, HttpRequest } from '../http/message.ts'
import type { CallOptions } from '../provider.ts'
import { readExchange, toError } from '../task/failure.ts'

/**
 * Brings a file to the provider. Nothing is bought by it, so whatever goes wrong has the outcome `none`.
 *
 * @throws ReelayError, or the caller's abort reason.
 */
export async function upload(
  engine: Engine,
  field: string,
  media: PreparedMedia,
  options: CallOptions,
): Promise<PreparedMedia> {
  const { spec, account, transport } = engine
  const details = { provider: spec.id, account }
  async function ask(request: HttpRequest): Promise<HttpReply> {
    const send = await transport.prepare(request, options).catch((error: unknown) => {
      throw ReelayError.isInstance(error) ? withDetails(error, details) : error
    })
    const result = readExchange(spec, await send(), transport.redactor(options))
    options.abortSignal?.throwIfAborted()
    if (result.failure) throw toError(result.failure, `an upload of ${field}`, 'none', details)
    return result.reply
  }
  const mediaType = media.mediaType ?? 'application/octet-stream'
  const name = `${field}.${mediaType.split('/')[1] ?? 'bin'}`
  const bytes = typeof media.content === 'string' ? new Uint8Array() : media.content
  const value = await spec.upload?.({ bytes, mediaType, name }, ask)
  if (value !== undefined) return { ...media, value }
  const message = `${spec.id} took the upload of ${field} but did not say where it is. Nothing was bought; pass a URL instead.`
  throw new ReelayError('ERR_UNEXPECTED_REPLY', message, { ...details, outcome: 'none', retryable: true })
}
