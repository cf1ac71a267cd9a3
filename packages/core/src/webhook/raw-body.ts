import { refusedDelivery } from './refusal.ts'

/** The bytes of a request, given up as soon as there are more than `maxBytes`: they are not verified yet. */
export async function rawBody(
  provider: string,
  request: Request,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (request.bodyUsed) {
    const why = 'its body was read before. Hand the request over before anything parses it.'
    throw refusedDelivery(provider, 'consumed', why)
  }
  const tooLarge = (): Error =>
    refusedDelivery(provider, 'too-large', `its body has more than ${maxBytes} bytes.`)
  if (Number(request.headers.get('content-length')) > maxBytes) {
    await request.body?.cancel().catch(() => undefined)
    throw tooLarge()
  }
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = request.body?.getReader()
  for (;;) {
    const part = await reader?.read().catch(() => {
      throw refusedDelivery(provider, 'unavailable', 'its body broke off.')
    })
    if (!part || part.done) break
    size += part.value.byteLength
    if (size > maxBytes) {
      await reader?.cancel().catch(() => undefined)
      throw tooLarge()
    }
    chunks.push(part.value)
  }
  const bytes = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.byteLength
  }
  return bytes
}
