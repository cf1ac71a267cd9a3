import { confirm, isCancel } from '@clack/prompts'
import { type Appraisal, formatQuote, kinds, type RenderRequest, type VideoProvider } from '@reelay/core'
import type { Configured, Picked } from './config.ts'
import { UsageError } from './failure.ts'
import { Interrupted } from './interrupt.ts'
import { table } from './table.ts'
import type { Target } from './target.ts'
import { isSmart, say, widthOf } from './terminal.ts'

/** What is about to be bought. */
export interface Purchase {
  readonly picked: Picked
  readonly config: Configured
  readonly target: Target
  readonly request: RenderRequest
  readonly appraisal: Appraisal
}

const standings = {
  official: 'the provider’s own',
  loopback: 'on this machine',
  relay: 'a relay; its promises are its own',
} as const

function hostOf({ host }: VideoProvider): string {
  return host === undefined ? '' : `${host.name} (${standings[host.standing]})`
}

/**
 * What is made, and how much of it: seconds only of what is made to a length. A picture has none, and a clip that is made of
 * another has that one's.
 */
export function madeRows(request: RenderRequest): readonly (readonly [name: string, value: string])[] {
  const { kind, n, series } = request
  const { fields, defaults } = kinds[kind]
  return [
    ['kind', kind],
    ...(fields.includes('duration')
      ? [['length', `${request.duration ?? defaults.duration} s`] as const]
      : []),
    ...(n === undefined ? [] : [['number', String(n)] as const]),
    ...(series === undefined ? [] : [['series', String(series)] as const]),
  ]
}

/** Shows who is paid, what for, and how much. */
export function showPurchase({ picked, config, target, request, appraisal }: Purchase): void {
  const { provider } = target
  const { chosen, quote } = appraisal
  const by =
    picked.name === undefined
      ? `${provider.id}, with credentials from the environment`
      : `${picked.name} (${provider.id}), from ${config.file}`
  const rows = [
    ['provider', by],
    ['account', provider.account],
    ['host', hostOf(provider)],
    ['model', `${chosen?.model ?? ''}, mode ${chosen?.mode ?? ''}`],
    ...madeRows(request),
    ['price', formatQuote(quote)],
  ] as const
  say('This spends real money:', 'bold')
  say(table(rows, widthOf(process.stderr)))
}

/**
 * Refuses to go on where nobody can be asked. To be called before anything is made ready.
 *
 * @param why Somebody has to be.
 * @param verb What `--yes` does.
 */
export function refuseUnasked(why: string, verb: string, yes: boolean): void {
  if (yes || (process.stdin.isTTY && isSmart())) return
  throw new UsageError(
    `${why}, and there is no terminal to ask at. Add --yes to ${verb} without being asked. Nothing was sent.`,
  )
}

/**
 * Asks.
 *
 * @throws Interrupted by Ctrl-C.
 */
export async function agreed(message: string): Promise<boolean> {
  const reply = await confirm({ message, initialValue: false, output: process.stderr })
  if (isCancel(reply)) throw new Interrupted('SIGINT')
  return reply
}
