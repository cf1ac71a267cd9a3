import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'

// One frame of MPEG-1 layer III, 128 kbit/s, 44.1 kHz, mono: a header, and nothing to play (ISO/IEC 11172-3, 2.4.1).
const frame = new Uint8Array(417)
frame.set([0xff, 0xfb, 0x90, 0xc4])
const frameSeconds = 1_152 / 44_100

/** So many seconds of silence: MP3. */
export function silence(seconds: number): Uint8Array<ArrayBuffer> {
  const frames = Math.ceil(seconds / frameSeconds)
  const sound = new Uint8Array(frames * frame.length)
  for (let at = 0; at < frames; at++) sound.set(frame, at * frame.length)
  return sound
}

// Speech runs at some 15 characters a second.
const secondsOf = (words: string): number => Math.max(2, words.length / 15)

/**
 * ElevenLabs as far as this example asks it, offline: the client is the real one, and its requests never leave. Everything
 * else goes where it goes.
 */
export function emulateVoice(): { close(): void } {
  const server = setupServer(
    http.post('https://api.elevenlabs.io/v1/text-to-speech/:voice', async ({ request }) => {
      const { text } = (await request.json()) as { readonly text: string }
      if (!request.headers.get('xi-api-key')) return new HttpResponse(null, { status: 401 })
      return HttpResponse.arrayBuffer(silence(secondsOf(text)).buffer, {
        headers: { 'Content-Type': 'audio/mpeg' },
      })
    }),
  )
  server.listen({ onUnhandledFrame: 'bypass' })
  return { close: () => server.close() }
}
