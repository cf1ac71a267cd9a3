// About ten seconds out of five: a clip by kling-v1-6, and the same clip made longer by what made it. Both steps are
// priced before the first is bought. Runs on the emulator; no key is needed and nothing leaves this machine.
import { chain, formatPlanBudget, formatQuote, formatUsd, type PlannedStep } from '@reelay/core'
import { save } from '@reelay/core/node'
import { createEmulator, demoCredentials } from '@reelay/emulator'
import { createKling } from '@reelay/kling'

const { fetch, control, clock } = createEmulator({ speed: 100, kling: { unverifiedModels: 'accept' } })
const kling = createKling({
  apiKey: demoCredentials.kling.apiKey,
  fetch,
  clock,
  // Kling no longer lists a price for it; two units is what an older list said, so it is ours to give.
  prices: [
    { kind: 'extend', model: 'kling-v1-6', mode: 'std', per: 'clip', usd: 0.28, source: 'a list of 2026-02' },
  ],
})

// The extension goes by the model that made the clip, so both steps name it: no newer model of Kling's extends a clip.
const old = { model: 'kling-v1-6', mode: 'std' } as const
const film = chain(kling)
  .generate({ kind: 'text-to-video', prompt: 'A paper boat in the rain', duration: 5, ...old })
  .extend({ prompt: 'The boat drifts under a bridge', ...old })

const { steps, budget } = film.plan()
const line = ({ kind, chosen, quote }: PlannedStep): string =>
  `${kind} by ${chosen?.model} ${chosen?.mode}: ${formatQuote(quote)}`
console.log(steps.map(line).join('\n'))
for (const { message } of steps.flatMap(({ warnings }) => warnings)) console.log(`Warning: ${message}`)
console.log(formatPlanBudget(budget))

const { task, steps: made } = await film.run({ maxCost: budget.max })
for (const { number, task: done } of made) {
  console.log(`${number}: task ${done.id}, ${done.outputs[0].duration} s`)
}
const saved = await save(task.outputs[0], 'renders/extended.mp4', { fetch, handle: task.handle })
const paid = control.ledger().reduce((sum, { microUsd }) => sum + microUsd, 0)
console.log(`${saved.file}: paid ${formatUsd(paid)} for ${made.length} steps`)
