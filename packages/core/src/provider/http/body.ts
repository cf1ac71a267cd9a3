/** Thrown when a reply is larger than a provider could mean. */
export class BodyTooLargeError extends Error {}

/** A body as text, given up once it exceeds `maxBytes`. */
export async function readBody(response: Response, maxBytes: number): Promise<string> {
  if (!response.body) return ''
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    size += value.byteLength
    if (size > maxBytes) {
      await reader.cancel().catch(() => undefined)
      throw new BodyTooLargeError()
    }
    text += decoder.decode(value, { stream: true })
  }
}

/** Parsed JSON, or `undefined` for anything else. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
