// A portrait that speaks: ElevenLabs says the words, Kling makes a clip of the portrait, then moves its lips to the voice.
// Both are emulated here: no key is needed, and nothing leaves this machine. The README says what to change for real.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import {
  chain,
  formatPlanBudget,
  formatQuote,
  journaled,
  memoryJournal,
  type PlannedStep,
} from '@reelay/core'
import { save } from '@reelay/core/node'
import { createEmulator, demoCredentials } from '@reelay/emulator'
import { createKling } from '@reelay/kling'
import { emulateVoice } from './emulated-voice.ts'
import { speak } from './voice.ts'

const words = process.argv[2] ?? 'Good morning. It will rain until noon, and then the sun comes out.'
await mkdir('renders', { recursive: true })

// Kept beside the clips: a voice that is asked for again is paid for again, and would be another sound.
const voiceFile = 'renders/voice.mp3'
async function voiceOver(): Promise<Uint8Array<ArrayBuffer>> {
  const elevenLabs = emulateVoice()
  try {
    const voice = await speak(words, 'no-key-is-needed-here')
    await writeFile(voiceFile, voice)
    return voice
  } finally {
    elevenLabs.close()
  }
}
const voice = await readFile(voiceFile).then((file) => new Uint8Array(file), voiceOver)
console.log(`${voiceFile}: ${voice.length} bytes`)

const { fetch, clock } = createEmulator({ speed: 100 })
// The emulator forgets its tasks with this program, and so may the journal.
const kling = journaled(createKling({ apiKey: demoCredentials.kling.apiKey, fetch, clock }), memoryJournal())
const portrait = await readFile(new URL('portrait.png', import.meta.url))
const film = chain(kling)
  .generate({
    kind: 'image-to-video',
    startImage: portrait,
    prompt: 'A woman looks into the camera',
    duration: 5,
  })
  .lipSync({ audio: voice, audioEnd: 4.5 })

const { steps, budget } = film.plan()
const line = ({ kind, quote }: PlannedStep): string => `${kind}: ${formatQuote(quote)}`
console.log(steps.map(line).join('\n'))
console.log(formatPlanBudget(budget))

const { task } = await film.run({ idempotencyKey: 'talking-head', maxCost: budget.max })
const saved = await save(task.outputs[0], 'renders/talking-head.mp4', { fetch, handle: task.handle })
console.log(saved.file)
