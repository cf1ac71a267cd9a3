// The emulator that a program and its children share, in a thread of the first of them: it answers while that program
// waits for a child with `execFileSync`, and ends with it.
import { parentPort } from 'node:worker_threads'
import { demoCredentials } from '../credentials.ts'
import { createEmulator } from '../emulator.ts'

const { kling } = demoCredentials
const speed = Number(process.env.REELAY_EMULATOR_SPEED || 1)
// With a webhook secret, as one is made in Kling's console: the environment holds it too.
const accounts = [{ ...kling, name: 'demo', apiKeys: [kling.apiKey] }]
const { url } = await createEmulator({ speed, kling: { accounts } }).listen()
parentPort?.postMessage(url)
