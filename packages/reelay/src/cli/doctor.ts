import { missingFeatures, type VideoProvider } from '@reelay/core'
import { resolveHosts } from '@reelay/core/adapter'
import { type CommandDef, defineCommand } from 'citty'
import { adapters } from '../config/registry.ts'
import { accountTexts, askAccount, canPay } from './accounts.ts'
import { refuseMistakes, refuseTwoAnswers } from './args.ts'
import { type Configured, openConfig } from './config.ts'
import { csvOf } from './csv.ts'
import { type JournalFile, journalArg, withJournalIfAny } from './journal/open.ts'
import { type Seller, sellersOf } from './sellers.ts'
import { configArg, debugArg } from './shared-args.ts'
import { table } from './table.ts'
import { answer, answerJson, say, widthOf } from './terminal.ts'

const args = {
  online: {
    type: 'boolean',
    description: 'Also ask whether the hosts of each usable provider answer, and what its account has left',
  },
  journal: journalArg as typeof journalArg,
  config: configArg as typeof configArg,
  json: { type: 'boolean', description: 'Print what was found as one JSON document' },
  csv: { type: 'boolean', description: 'Print one line of CSV per thing that was looked at' },
  debug: debugArg as typeof debugArg,
} as const

/** One thing that was looked at. `broken` is what keeps clips from being bought or finished. */
interface Check {
  readonly name: string
  readonly state: 'ok' | 'note' | 'broken'
  readonly message: string
}

const oldDays = 90
const dayMs = 86_400_000
const timeoutMs = 10_000

const reasonOf = (error: unknown): string =>
  (error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error)).slice(0, 300)

function runtimeCheck(): Check {
  const missing = missingFeatures()
  const message = `${process.version} on ${process.platform}`
  return missing.length === 0
    ? { name: 'runtime', state: 'ok', message }
    : { name: 'runtime', state: 'broken', message: `${message} lacks ${missing.join(', ')}.` }
}

/** Whether a provider has a key; the key itself is never read out. */
function keyCheck({ name, missingKeys }: Seller, configured: boolean): Check {
  const title = `key of ${name}`
  if (missingKeys.length === 0) return { name: title, state: 'ok', message: 'set' }
  const message = `not set: ${missingKeys.join(', ')}`
  return { name: title, state: configured ? 'broken' : 'note', message }
}

async function readable(journal: JournalFile): Promise<number> {
  let open = 0
  for await (const _ of journal.open()) open += 1
  return open
}

async function journalCheck(path: string): Promise<Check> {
  const name = 'journal'
  try {
    const open = await withJournalIfAny(path, async (journal) => (journal ? readable(journal) : undefined))
    if (open === undefined)
      return { name, state: 'note', message: `${path} is not there yet; the first live purchase makes it.` }
    if (open === 0) return { name, state: 'ok', message: `${path}, nothing open` }
    return { name, state: 'note', message: `${path}, ${open} open: see reelay journal --open.` }
  } catch (error) {
    return { name, state: 'broken', message: `${path}: ${reasonOf(error)}` }
  }
}

/** What a catalogue stands on: how many of its rows are old, by source, and how many are no list prices. */
function catalogChecks({ name, provider }: Seller, now: number): readonly Check[] {
  const offers = provider.catalog.offers.filter(({ state }) => state !== 'discontinued')
  const old = new Map<string, number>()
  const count = (what: string, asOf: string, source: string): void => {
    if (now - Date.parse(asOf) <= oldDays * dayMs) return
    const key = `${what} of ${asOf} from ${source}`
    old.set(key, (old.get(key) ?? 0) + 1)
  }
  for (const { asOf, source, price } of offers) {
    count('rows', asOf, source)
    count('prices', price.asOf, price.source)
  }
  const unverified = offers.filter(({ state }) => state === 'unverified').length
  const isDerived = ({ price: { basis } }: (typeof offers)[number]): boolean =>
    (typeof basis === 'object' ? Object.values(basis) : [basis]).includes('derived')
  const derived = offers.filter(isDerived).length
  const rows = `${offers.length} rows, ${unverified} unverified, ${derived} with derived prices`
  return [
    { name: `catalogue of ${name}`, state: 'ok', message: rows },
    ...[...old].map(
      ([what, many]): Check => ({
        name: `catalogue of ${name}`,
        state: 'note',
        message: `older than ${oldDays} days: ${many} ${what}`,
      }),
    ),
  ]
}

/** Where a provider's requests go: the origins alone, since no path but the root is asked for. */
function originsOf(provider: VideoProvider, baseURL: unknown): readonly string[] {
  const manifest = adapters[provider.id]?.manifest
  if (!manifest) return []
  const value = (one: unknown): unknown => {
    const { env } = (typeof one === 'object' && one !== null ? one : {}) as { readonly env?: unknown }
    return typeof env === 'string' ? process.env[env]?.trim() : one
  }
  const whole = value(baseURL)
  const given =
    typeof whole === 'object' && whole !== null
      ? Object.fromEntries(Object.entries(whole).map(([host, one]) => [host, value(one)]))
      : whole
  const { hosts } = resolveHosts(provider.id, manifest.hosts, {
    baseURL: given as Readonly<Record<string, string>> | undefined,
  })
  const origins = Object.values(hosts).map((base) => new URL(base).origin)
  // A region's address is none of the manifest's first ones: the provider says which it uses.
  const main = provider.host?.name
  if (given === undefined && main !== undefined) origins[0] = `https://${main}`
  return [...new Set(origins)]
}

/** Whether somebody answers; with which status does not matter, since nothing but the root is asked for, without a key. */
async function hostCheck(seller: string, origin: string): Promise<Check> {
  const name = `host of ${seller}`
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(new Error(`no answer within ${timeoutMs / 1_000} s`)), timeoutMs)
  try {
    const { status } = await fetch(`${origin}/`, { method: 'HEAD', redirect: 'manual', signal: late.signal })
    return { name, state: 'ok', message: `${origin} answers (${status})` }
  } catch (error) {
    const { cause } = error as { readonly cause?: unknown }
    return { name, state: 'broken', message: `${origin} does not answer: ${reasonOf(cause ?? error)}` }
  } finally {
    clearTimeout(timer)
  }
}

/** What an account has to pay with; without the right to see it, a note. */
async function accountChecks({ name: seller, provider }: Seller): Promise<readonly Check[]> {
  const name = `account of ${seller}`
  try {
    const info = await askAccount(provider)
    if (!info) return []
    const [first, ...rest] = accountTexts(info).map(
      (message): Check => ({ name, state: canPay(info) ? 'ok' : 'note', message }),
    )
    return [...(first ? [first] : []), ...rest.map((check): Check => ({ ...check, state: 'note' }))]
  } catch (error) {
    return [{ name, state: 'note', message: reasonOf(error) }]
  }
}

async function hostChecks(config: Configured, sellers: readonly Seller[]): Promise<readonly Check[]> {
  const usable = sellers.filter(({ missingKeys }) => config.file !== undefined || missingKeys.length === 0)
  const checks = usable.flatMap(({ name, provider }) =>
    originsOf(provider, config.pick(name).entry.baseURL).map((origin) => hostCheck(name, origin)),
  )
  if (checks.length > 0) {
    const hosts = await Promise.all(checks)
    const silent = new Set(hosts.filter(({ state }) => state === 'broken').map(({ name }) => name))
    // Of those whose key is missing, and of those who do not answer, that has been told.
    const asked = usable.filter(
      ({ name, missingKeys }) => missingKeys.length === 0 && !silent.has(`host of ${name}`),
    )
    return [...hosts, ...(await Promise.all(asked.map(accountChecks))).flat()]
  }
  return [{ name: 'hosts', state: 'note', message: 'No provider has a key, so that no host was asked.' }]
}

async function configChecks(file: string | undefined, online: boolean): Promise<readonly Check[]> {
  try {
    const config = await openConfig(file)
    const sellers = await sellersOf(config, undefined)
    const isOwn = config.file !== undefined
    const message =
      config.file ?? 'no reelay.config.* here: each provider by its id, with keys from the environment'
    return [
      { name: 'configuration', state: 'ok', message },
      ...sellers.map((seller) => keyCheck(seller, isOwn)),
      ...sellers.flatMap((seller) => catalogChecks(seller, Date.now())),
      ...(online ? await hostChecks(config, sellers) : []),
    ]
  } catch (error) {
    return [{ name: 'configuration', state: 'broken', message: reasonOf(error) }]
  }
}

/** `reelay doctor`: whether everything that a purchase needs is there; nothing is bought. */
export const doctorCommand: CommandDef<typeof args> = defineCommand({
  meta: {
    name: 'doctor',
    description: 'Check keys, configuration, journal and the age of prices; buys nothing',
  },
  args,
  async run({ args: flags, rawArgs }) {
    refuseMistakes(rawArgs, args, 0)
    refuseTwoAnswers(flags)
    const { online = false, journal, config, json, csv } = flags
    const checks = [runtimeCheck(), ...(await configChecks(config, online)), await journalCheck(journal)]
    const broken = checks.filter(({ state }) => state === 'broken').length
    if (json) answerJson({ healthy: broken === 0, checks })
    else if (csv)
      answer(
        csvOf(
          ['name', 'state', 'message'],
          checks.map((check) => ({ ...check })),
        ),
      )
    else {
      const marks = { ok: 'ok', note: '!', broken: 'BROKEN' } as const
      const rows = checks.map(({ name, state, message }) => [name, `${marks[state]}  ${message}`] as const)
      answer(table(rows, widthOf(process.stdout)))
    }
    if (!online)
      say(
        '\nNothing was sent. --online also asks whether the hosts answer, and what the accounts have, for free.',
      )
    if (broken === 0) return
    say(`${broken} ${broken === 1 ? 'thing is' : 'things are'} broken.`)
    process.exitCode = 1
  },
})
