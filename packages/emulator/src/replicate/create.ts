import type { Exchange } from '../engine/exchange.ts'
import { type Body, holdsWord, type Schema, unknownKeys } from '../engine/fields.ts'
import { lasting } from '../engine/task.ts'
import { isJSON, isRecord, stringAt } from '../http/json.ts'
import type { Ids } from '../random.ts'
import { isSecure } from '../webhooks/address.ts'
import { type Failure, failureOf, RISK_CONTROL } from './failures.ts'
import { checkObject, type SoldModel, strangersIn, type Upload } from './kinds/kind.ts'
import { type Choice, chooseModel, chooseVersion } from './kinds.ts'
import type { ReplicateAccount, ReplicatePredictionFacts, ReplicateSettings } from './options.ts'
import { type InvalidField, isRefusal, type Refusal, refusals } from './tables.ts'
import { creditOf, type Job, type Prediction, type ReplicateState } from './task.ts'

/** A stored prediction, and how long the client wants to wait for its output. */
export interface Created {
  readonly prediction: Prediction
  readonly waitMs: number
}

/** `prefer` and `cancel-after`, read before anything is created. */
interface Wishes {
  readonly waitMs: number
  readonly cancelAfterMs: number | undefined
}

// A model may run for 30 minutes (documented); what happens then is worded here.
const LONGEST_RUN_MS = 30 * 60_000
const OVERRUN: Failure = { error: 'Prediction ran for longer than 30 minutes', stage: 'processing' }
/** How soon the model notices that its fields do not go together. */
const OBJECTION_MS = 1000

/**
 * JSON (400), model (404), version, fields and headers (422), credit (402): this order is a choice of the
 * emulator, nobody documents one. From the first check to the stored prediction nothing is awaited.
 */
export function create(
  state: ReplicateState,
  account: ReplicateAccount,
  exchange: Exchange,
  modelName: string | undefined,
): Created | Refusal {
  const { json: body, record } = exchange
  const { settings, tasks, clock } = state
  if (!isJSON(exchange.headers) || !isRecord(body)) {
    return refusals.badRequest('The request body must be a JSON object.')
  }
  const version = stringAt(body, 'version')
  const choice = modelName === undefined ? chooseVersion(version ?? '') : chooseModel(modelName)
  // Without a version there is nothing to look up; the missing key is what to complain about.
  if (isRefusal(choice) && (modelName !== undefined || version !== undefined)) return choice
  const wrong = checkBody(body, modelName === undefined)
  const { input } = body
  const wrongInput =
    isRefusal(choice) || !isRecord(input) ? [] : checkInput(choice.sold.input, input, settings)
  if (wrong.length + wrongInput.length > 0) return refusals.invalid([...wrong, ...wrongInput])
  if (isRefusal(choice)) return choice
  const wishes = readWishes(exchange.headers, settings.invalidPrefer)
  if (isRefusal(wishes)) return wishes

  const { sold } = choice
  const strangers = isRecord(input) ? unknownKeys(sold.input, input) : []
  if (strangers.length > 0) record.unknownKeys = strangers
  const job = jobOf(choice, body, uploadsOf(state, account))
  if (creditOf(state, account, clock.now()) < job.microUsd) return refusals.noCredit()
  const prediction = newPrediction(state, account, sold, job, {
    ...wishes,
    createdAt: clock.now() + exchange.visibleAfterMs,
  })
  tasks.add(prediction)
  return { prediction, waitMs: wishes.waitMs }
}

function jobOf({ model, version, sold }: Choice, body: Body, upload: Upload): Job {
  const input = isRecord(body.input) ? body.input : {}
  const { webhook, webhook_events_filter: filter } = body
  return {
    ...sold.read(input, upload),
    model,
    version,
    input,
    webhook: {
      ...(webhook === undefined ? {} : { webhook }),
      ...(filter === undefined ? {} : { webhook_events_filter: filter }),
    },
    charge: 1,
    request: body,
  }
}

const events = ['start', 'output', 'logs', 'completed']
const bodyFields: Schema = {
  input: { type: 'object', required: true },
  webhook: { type: 'string', format: 'uri' },
  webhook_events_filter: { type: 'array', items: { type: 'string', enum: events } },
  stream: { type: 'boolean' },
}

/** The top level takes these keys only; `version` belongs to `POST /predictions` alone. */
function checkBody(body: Body, withVersion: boolean): readonly InvalidField[] {
  const schema: Schema = withVersion
    ? { version: { type: 'string', required: true }, ...bodyFields }
    : bodyFields
  const { webhook } = body
  const insecure = typeof webhook === 'string' && URL.canParse(webhook) && !isSecure(webhook)
  return [
    ...strangersIn(schema, body),
    ...checkObject(schema, body),
    ...(insecure ? [{ type: 'format', field: 'webhook', description: 'Must be an HTTPS URL' }] : []),
  ]
}

/** Input by the model's card. Rules between fields are the model's own and come later. */
const checkInput = (card: Schema, input: Body, settings: ReplicateSettings): readonly InvalidField[] => [
  ...checkObject(card, input, ['input']),
  ...(settings.unknownInputs === 'refuse' ? strangersIn(card, input, ['input']) : []),
  ...checkDataURIs(input, settings),
]

const isLarge = (item: unknown, maxBytes: number): boolean =>
  typeof item === 'string' &&
  item.startsWith('data:') &&
  ((item.length - item.indexOf(',') - 1) * 3) / 4 > maxBytes

const checkDataURIs = (input: Body, { maxDataURIBytes: most }: ReplicateSettings): readonly InvalidField[] =>
  Object.entries(input)
    .filter(([, value]) => [value].flat().some((item) => isLarge(item, most)))
    .map(([key]) => ({
      type: 'string_lte',
      field: `input.${key}`,
      description: `Data URIs must not hold more than ${most} bytes`,
    }))

function readWishes(headers: Headers, invalidPrefer: 'refuse' | 'ignore'): Wishes | Refusal {
  const prefer = headers.get('prefer')
  const wait = prefer === null ? 0 : parsePrefer(prefer)
  if (wait === 'invalid' && invalidPrefer === 'refuse') {
    return refusals.invalidValue('Prefer', "Must be 'wait' or 'wait=n', n from 1 to 60")
  }
  const cancelAfter = headers.get('cancel-after')
  const cancelAfterMs = cancelAfter === null ? undefined : parseCancelAfter(cancelAfter)
  if (cancelAfter !== null && cancelAfterMs === undefined) {
    return refusals.invalidValue('Cancel-After', "Must be a duration like '30s' or '1h30m', from 5s to 24h")
  }
  return { waitMs: wait === 'invalid' ? 0 : wait, cancelAfterMs }
}

const SHORTEST_DEADLINE_MS = 5000
const LONGEST_DEADLINE_MS = 24 * 3_600_000
const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000 }

/** Reads `Cancel-After`: `30`, `30s`, `5m`, `2h` or `1h30m45s`, from 5 s to 24 h. Undefined where it is none of it. */
function parseCancelAfter(header: string): number | undefined {
  const sent = header.trim()
  if (sent === '' || !/^(?:\d+|(?:\d+h)?(?:\d+m)?(?:\d+s)?)$/.test(sent)) return undefined
  const ms = [...sent.matchAll(/(\d+)([hms]?)/g)].reduce(
    (sum, [, amount = '0', unit = '']) => sum + Number(amount) * (unitMs[unit || 's'] ?? 0),
    0,
  )
  return ms >= SHORTEST_DEADLINE_MS && ms <= LONGEST_DEADLINE_MS ? ms : undefined
}

const LONGEST_WAIT_SECONDS = 60

/** Reads `Prefer`: milliseconds to wait; `invalid` outside the specification's pattern, which lets 61 to 99 through. */
function parsePrefer(header: string): number | 'invalid' {
  const found = /^wait(?:=([1-9]|[1-9][0-9]))?$/.exec(header.trim())
  if (!found) return 'invalid'
  return Math.min(Number(found[1] ?? LONGEST_WAIT_SECONDS), LONGEST_WAIT_SECONDS) * 1000
}

/** 128 random bits as base-36 digits. */
const digits = (ids: Ids): string => BigInt(`0x${ids.uuid().replaceAll('-', '')}`).toString(36)

/** 26 lower-case letters and digits, as every recorded prediction id. */
const predictionId = (ids: Ids): string => (digits(ids) + digits(ids)).slice(-26).padStart(26, '0')

/** Bytes of the file that an input's URL names; `missing` where this account has none. */
const uploadsOf =
  ({ files, clock }: ReplicateState, { name }: ReplicateAccount): Upload =>
  (url) => {
    const id = /\/v1\/files\/([^/?#]+)(?:\/download)?(?:[?#]|$)/.exec(url)?.[1]
    if (id === undefined) return undefined
    const file = files.live(id, clock.now())
    return file?.account === name ? file.bytes : 'missing'
  }

/** What the content policy says of an accepted prediction. */
function judge(input: Body, { contentFilter }: ReplicateSettings): Failure | undefined {
  const prompt = String(input.prompt ?? '')
  const written = [prompt, input.negative_prompt, input.multi_prompt].join(' ')
  const found = holdsWord(written, contentFilter.fail)
  return found || contentFilter.judge(prompt, input) === 'fail' ? failureOf(RISK_CONTROL) : undefined
}

function newPrediction(
  state: ReplicateState,
  account: ReplicateAccount,
  sold: SoldModel,
  job: Job,
  { cancelAfterMs, createdAt }: Wishes & { readonly createdAt: number },
): Prediction {
  const { settings, upcoming, ids, pictures } = state
  const id = predictionId(ids)
  const { model, mode, seconds, input, frame } = job
  const facts: ReplicatePredictionFacts = { id, model, mode, seconds, prompt: String(input.prompt ?? '') }
  const ordered = upcoming.takeFailure()
  const charge = upcoming.takeCharge()
  const upload = uploadsOf(state, account)
  const uploaded = (url: string): Uint8Array | undefined => {
    const bytes = upload(url)
    return bytes === 'missing' ? undefined : bytes
  }
  const checked = sold.check(job, upload)
  const objection = 'error' in checked ? failureOf(checked.error) : undefined
  const wanted = lasting(settings.processingMs, facts) + upcoming.takeDelayMs()
  const failure =
    (ordered && failureOf(ordered.failure)) ??
    objection ??
    judge(input, settings) ??
    (wanted > LONGEST_RUN_MS ? OVERRUN : undefined)
  const runsMs = Math.min(wanted, LONGEST_RUN_MS, objection ? OBJECTION_MS : Number.POSITIVE_INFINITY)
  return {
    id,
    account: account.name,
    job: { ...job, microUsd: Math.round(job.microUsd * charge), charge },
    aspect: 'aspect' in checked ? checked.aspect : 1,
    picture: typeof frame === 'string' && frame !== '' ? pictures(frame, uploaded) : undefined,
    references: job.references?.flatMap((one) => (typeof one === 'string' ? [pictures(one, uploaded)] : [])),
    folder: ids.uuid().replaceAll('-', ''),
    createdAt,
    queuedMs: lasting(settings.queuedMs, facts),
    processingMs: failure?.stage === 'starting' ? 0 : runsMs,
    failure,
    ...(cancelAfterMs === undefined ? {} : { deadlineAt: createdAt + cancelAfterMs }),
    holds: new Set(),
  }
}
