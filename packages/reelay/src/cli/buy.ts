import {
  type Appraisal,
  formatQuote,
  formatUsd,
  type MicroUsd,
  mostOf,
  type RenderRequest,
} from '@reelay/core'
import { fillDefaults, withDefaults } from '../config/defaults.ts'
import { adapters, variablesToSet } from '../config/registry.ts'
import { commandOf, flagsText, quoted } from './again.ts'
import type { Configured, Picked } from './config.ts'
import { UsageError } from './failure.ts'
import { dropOrder, prepareFolder } from './finish.ts'
import { problemLines } from './flags.ts'
import { type JournalFile, journalIn, withJournal } from './journal/open.ts'
import { answerKnown } from './known.ts'
import { agreed, refuseUnasked, showPurchase } from './payment.ts'
import { type Order, render } from './render.ts'
import { sidecarHints } from './request/clip-file.ts'
import type { TypedRequest } from './request.ts'
import { showResult } from './result.ts'
import { emulatedTarget, liveTarget, type Target } from './target.ts'
import { answerJson, say } from './terminal.ts'

/** A clip that a command line asks for. */
export interface Wish {
  readonly config: Configured
  readonly picked: Picked
  readonly typed: TypedRequest
  readonly live: boolean
  /** Not to be asked before it is bought. */
  readonly yes: boolean
  /** Under which it is bought once; made up when absent. */
  readonly key: string | undefined
  /** For the clip, its sidecar, the run log and the journal. */
  readonly folder: string
  readonly baseURL: string | undefined
  /** Seconds. */
  readonly deadline: number | undefined
  readonly json: boolean
  /** As typed: those that go into the command that repeats it, beside what the request says. */
  readonly flags: Readonly<Record<string, string | undefined>>
  /** Refused above it. */
  readonly maxCost?: MicroUsd | undefined
}

/** A clip that is about to be bought. */
interface Buying extends Omit<Order, 'journal'> {
  readonly config: Configured
  readonly picked: Picked
  readonly target: Target
  readonly typed: TypedRequest
  /** With what the configuration fills in. */
  readonly request: RenderRequest
  readonly appraisal: Appraisal
  /** Not to be asked before it is bought. */
  readonly yes: boolean
}

/** A target that renders what a configuration leaves to its defaults. */
async function targetOf(picked: Picked, live: boolean, baseURL: string | undefined): Promise<Target> {
  const target = await (live ? liveTarget(picked, baseURL) : emulatedTarget(picked))
  return { ...target, provider: withDefaults(target.provider, picked.defaults) }
}

/** Loads what draws and records, which nobody needs who pays. */
async function demoOf(typed: TypedRequest, { provider }: Target): Promise<TypedRequest> {
  if (!typed.isNamed) return typed
  const { withDemo } = await import('./demo.ts')
  return withDemo(typed, provider)
}

/** Asks, where money is spent; `false` is a no. */
async function isWanted(buying: Buying, journal: JournalFile | undefined): Promise<boolean> {
  const { config, picked, target, folder, idempotencyKey, yes } = buying
  if (!journal) {
    if (config.file !== undefined)
      say(`Config ${config.file}: ${picked.name ?? picked.entry.use} is ${picked.entry.use}, emulated here.`)
    return true
  }
  let wanted = false
  try {
    // A journal that cannot be written is told before anybody is asked.
    await journal.order(idempotencyKey)
    showPurchase({ picked, config, target, request: buying.request, appraisal: buying.appraisal })
    wanted = yes || (await agreed('Buy it?'))
  } finally {
    if (!wanted) await dropOrder(folder, idempotencyKey)
  }
  return wanted
}

async function buy(buying: Buying, journal: JournalFile | undefined): Promise<void> {
  const { target, typed, picked, json, appraisal } = buying
  if (!(await isWanted(buying, journal))) {
    if (json) answerJson({ bought: false })
    else say('Nothing was sent and nothing was spent.')
    return
  }
  const { task, kept, before } = await render(target, typed.request, { ...buying, journal })
  showResult(task, kept, json, [
    ['provider', `${task.handle.provider}${journal ? '' : ' (emulated)'}`],
    ['model', `${task.handle.model} ${task.handle.mode}. ${task.chosen?.why ?? ''}`.trimEnd()],
    ['estimated', formatQuote(appraisal.quote)],
    ...before.map((step) => ['before it', step] as const),
  ])
  if (!journal && !json) say(howToGoLive(picked.entry.use), 'dim')
}

function refuseDear({ quote }: Appraisal, maxCost: MicroUsd | undefined): void {
  if (maxCost === undefined || (mostOf(quote) ?? Number.POSITIVE_INFINITY) <= maxCost) return
  throw new UsageError(
    `It costs ${formatQuote(quote)}, and --max-cost is ${formatUsd(maxCost)}. Nothing was sent.`,
  )
}

/**
 * Buys a clip and saves it: on the emulator, or live, after it was asked about, with a journal. A key that is known already
 * answers with what was bought under it.
 *
 * @throws UsageError when it cannot be rendered, or nobody can be asked.
 */
export async function buyClip(wish: Wish): Promise<void> {
  const { config, picked, live, yes, key, folder, baseURL, deadline, json, flags } = wish
  const where = flagsText({ config: flags.config, 'base-url': baseURL })
  if (key !== undefined && live) {
    const next = `reelay resume --journal ${quoted(journalIn(folder))}${where}`
    const deadlineMs = deadline === undefined ? undefined : deadline * 1_000
    const { request } = wish.typed
    const asked = { key, request, picked, config, baseURL, folder, deadlineMs, json, next }
    if (await answerKnown(asked)) return
  }
  const target = await targetOf(picked, live, baseURL)
  const typed = live ? wish.typed : await demoOf(wish.typed, target)
  const request = fillDefaults(typed.request, picked.defaults)
  const appraisal = target.provider.appraise(typed.request)
  const { problems, quote, chosen } = appraisal
  if (problems.length > 0) {
    const lines = [...problemLines(problems, typed.files), ...sidecarHints(problems, typed.fileFlags)]
    throw new UsageError(`${target.provider.id} cannot render this; nothing was sent.`, lines, problems)
  }
  refuseDear(appraisal, wish.maxCost)
  if (live) refuseUnasked('--live spends money', 'buy', yes)
  const idempotencyKey = key ?? crypto.randomUUID()
  const named = chosen ? { model: chosen.model, mode: chosen.mode } : {}
  const command = commandOf(request, named, { ...flags, live }, typed.fileFlags)
  await prepareFolder(folder, idempotencyKey, request, { quote, chosen, files: typed.files, command })
  const order = { idempotencyKey, folder, deadline, json, where }
  const buying = { ...order, config, picked, target, typed, request, appraisal, yes }
  await (live ? withJournal(journalIn(folder), (journal) => buy(buying, journal)) : buy(buying, undefined))
}

function howToGoLive(use: string): string {
  const manifest = adapters[use]?.manifest
  const [first = '', ...others] = manifest ? variablesToSet(manifest) : []
  const pair = others.length > 0 ? ` (or ${others.join(' and ')})` : ''
  return `\nTo run it against the real service: create a key at ${manifest?.keysFrom ?? ''}, set ${first}${pair}, and add --live.\nThat spends real money.`
}
