import { createEmulator, demoCredentials, type ProviderId } from '@reelay/emulator'
import { createFal } from '@reelay/fal'
import { createKling } from '@reelay/kling'
import { createPiapi } from '@reelay/piapi'
import { createVirtualClock } from '@reelay/testing/clock'
import { journaled, memoryJournal, readUsages, reconcile, type TaskHandle } from '../../src/index.ts'

const { kling, fal, piapi } = demoCredentials
const many = 5_000

/** A studio's month in an emulated minute: renders at every provider, some of them charged otherwise than quoted. */
export async function studio({ renders, planted }: { readonly renders: number; readonly planted: number }) {
  const clock = createVirtualClock()
  const emulator = createEmulator({
    clock: clock.server,
    seed: 7,
    kling: {
      accounts: [
        { name: 'demo', ...kling, apiKeys: [kling.apiKey], units: 100_000, concurrency: { video: many } },
      ],
    },
    fal: {
      accounts: [{ name: 'demo', ...fal, usd: 100_000, concurrency: many }],
      // Nobody looks before the month is over.
      resultTtlMs: 30 * 86_400_000,
    },
    piapi: { accounts: [{ name: 'demo', apiKeys: [piapi.apiKey], points: 1e12, concurrency: many }] },
  })
  const shared = { fetch: clock.track(emulator.fetch), clock }
  const providers = [
    createKling({ ...shared, apiKey: kling.apiKey }),
    createFal({ ...shared, apiKey: fal.key, adminKey: fal.adminKey }),
    createPiapi({ ...shared, apiKey: piapi.apiKey }),
  ] as const
  const journal = memoryJournal()
  const books = providers.map((provider) => journaled(provider, journal))
  const flagged: string[] = []
  const handles: { readonly at: number; readonly handle: TaskHandle }[] = []
  const every = Math.floor(renders / planted)
  for (let number = 0; number < renders; number++) {
    const at = number % providers.length
    const provider = providers[at]?.id as ProviderId
    const isPlanted = number % every === every - 1 && flagged.length < planted
    // Nine in a thousand are within the tolerance.
    emulator.control.chargeNext({ provider, factor: isPlanted ? 1.011 : number % 2 === 0 ? 1.009 : 1 })
    const task = await books[at]?.submit(
      {
        kind: 'text-to-video',
        prompt: `boat ${number}`,
        model: number % 4 === 0 ? 'kling-v2-6' : 'kling-v3',
        mode: 'pro',
        duration: number % 5 === 0 ? 10 : 5,
        generateAudio: false,
      },
      { idempotencyKey: `order-${number}` },
    )
    if (!task) throw new Error('nobody took it')
    handles.push({ at, handle: task.handle })
    if (isPlanted) flagged.push(`order-${number}`)
    // Over several days.
    await clock.advance((4 * 86_400_000) / renders)
  }
  await clock.advance(2 * 3_600_000)
  for (const { at, handle } of handles) await books[at]?.get(handle)
  const ledger = emulator.control.ledger()
  const usage = async (from = clock.now() - 30 * 86_400_000) => readUsages(providers, { from })
  return {
    clock,
    emulator,
    providers,
    journal,
    flagged,
    ledger,
    usage,
    reconcile: reconcile.bind(null, journal),
  }
}
