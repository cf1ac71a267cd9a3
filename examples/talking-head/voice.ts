import { ElevenLabsClient } from '@elevenlabs/elevenlabs-js'

// "Rachel", one of the voices that every account has (ElevenLabs' voice library).
const voiceId = '21m00Tcm4TlvDq8ikWAM'

/**
 * Words as speech: MP3.
 *
 * @param apiKey Of ElevenLabs.
 */
export async function speak(words: string, apiKey: string): Promise<Uint8Array<ArrayBuffer>> {
  // Not tried again by itself: what is said twice is paid for twice.
  const client = new ElevenLabsClient({ apiKey, maxRetries: 0 })
  const speech = await client.textToSpeech.convert(voiceId, {
    text: words,
    modelId: 'eleven_multilingual_v2',
    outputFormat: 'mp3_44100_128',
  })
  return new Uint8Array(await new Response(speech).arrayBuffer())
}
