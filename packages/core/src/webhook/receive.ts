import { assertAmounts } from '../model/amount.ts'
import { clockErrorMs, systemClock } from '../model/clock.ts'
import type { Submission } from '../model/handle.ts'
import { assertName } from '../model/name.ts'
import { printable } from '../model/text.ts'
import { type Redactor, redactorFor } from '../provider/http/redact.ts'
import { BodyTooLargeError, parseJson, readBytes } from '../provider/http/reply.ts'
import type { NativeTask } from '../provider/native.ts'
import { submissionFrom } from '../provider/request/callback-url.ts'
import { externalIdFor } from '../provider/request/hash.ts'
import type { ProviderSpec } from '../provider/spec.ts'
import { attachRaw, handleOf, normalizeTask, statusWord, unusableId } from '../provider/task/normalize.ts'
import { idFault } from '../provider/wire.ts'
import type { TaskEvent, WebhookOptionsBase, WebhookReceiver } from './event.ts'
import type { Verification, WebhookProtocol } from './protocol.ts'
import { refusedDelivery } from './refusal.ts'

// The largest genuine delivery is a task with its whole input, a few kB.
const defaultMaxBytes = 1_000_000

/**
 * What the address of a delivery says was bought. Signatures do not cover the address, so whoever holds a genuine
 * delivery can pair it with another submission: the ids and times in the signed body have to agree with it, and
 * `acceptCallback` takes it for an open purchase of the journal only, all of whose name must match.
 */
async function pairedSubmission(
  spec: ProviderSpec,
  account: string | undefined,
  url: string,
  task: NativeTask,
): Promise<Submission | undefined> {
  const told = submissionFrom(url)
  if (!told) return undefined
  const foreign = (why: string): Error => refusedDelivery(spec.id, 'foreign', printable(why))
  if (told.provider !== spec.id) throw foreign(`its address is about a purchase at ${told.provider}.`)
  if (account !== undefined && told.account !== account) {
    throw foreign(`its address is about the account ${told.account}, not ${account}.`)
  }
  const route = Object.hasOwn(spec.routes, told.route) ? spec.routes[told.route] : undefined
  // Of another version of the adapter; the task can be told, but not asked for.
  if (!route) return undefined
  if ((task.createdAt ?? told.startedAt) < told.startedAt - clockErrorMs) {
    throw foreign('its task is older than the purchase its address is about.')
  }
  // A relay's tasks carry no id of ours.
  if (route.idempotency !== 'external-id' || told.host !== undefined) return told
  const externalId = await externalIdFor(told)
  if (task.externalId !== undefined && task.externalId !== externalId) {
    throw foreign('its task carries the id of another purchase than its address.')
  }
  return { ...told, externalId }
}

function toEvent(
  spec: ProviderSpec,
  account: string | undefined,
  native: NativeTask,
  submission: Submission | undefined,
  { verified: signed, id, at }: Verification & { readonly at: number },
  redactor: Redactor,
): TaskEvent {
  // Behind a relay, whoever made the task calls, and by an id that the relay may not know it by: it is asked.
  const verified = signed && submission?.host === undefined
  const of = submission?.account ?? account
  const nativeStatus = statusWord(spec, native, redactor)
  const handle = submission && handleOf(submission, native.id, submission.startedAt)
  const task = verified && handle ? normalizeTask(spec, native, handle, redactor) : undefined
  const event: TaskEvent = {
    provider: spec.id,
    ...(of !== undefined && { account: of }),
    deliveryId: `${spec.id} ${id ?? `${native.id} ${nativeStatus}`}`,
    verified,
    at,
    taskId: native.id,
    nativeStatus,
    status: (Object.hasOwn(spec.statuses, native.status) && spec.statuses[native.status]) || 'unknown',
    ...(submission && { submission }),
    ...(handle && { handle }),
    ...(task && { task }),
  }
  return attachRaw(event, native.raw, redactor)
}

/**
 * Makes a receiver out of an adapter's tables and its provider's kind of signature. The bytes are verified before they
 * are parsed.
 *
 * @example
 * ```ts
 * import { type WebhookReceiver } from '@reelay/core'
 * import { defineWebhook, type ProviderSpec, standardWebhooks } from '@reelay/core/adapter'
 * declare const spec: ProviderSpec
 * export function createMineWebhook(secrets?: string): WebhookReceiver {
 *   const howTo = 'It is in the console of Mine.'
 *   const verify = standardWebhooks({ provider: 'mine', secrets, variables: ['MINE_WEBHOOK_SECRET'], howTo })
 *   const read = (body: unknown) => spec.task({ status: 200, headers: {}, body })
 *   return defineWebhook(spec, { verify, read })({})
 * }
 * ```
 */
export function defineWebhook(
  spec: ProviderSpec,
  protocol: WebhookProtocol,
): (options: WebhookOptionsBase) => WebhookReceiver {
  return ({ account, maxBytes = defaultMaxBytes, clock = systemClock }) => {
    assertName('account', account, { provider: spec.id })
    assertAmounts('bytes', { maxBytes }, { provider: spec.id, account })
    return Object.freeze({
      provider: spec.id,
      ...(account !== undefined && { account }),
      async receive(request: Request) {
        const body = await rawBody(spec.id, request, maxBytes)
        const now = clock.now()
        const proof = await protocol.verify(request.headers, body, now)
        const native = protocol.read(parseJson(new TextDecoder().decode(body)))
        if (!native) throw refusedDelivery(spec.id, 'unreadable', 'its body describes no task.')
        const fault = idFault(native.id)
        if (fault) throw refusedDelivery(spec.id, 'unreadable', `the id of its task ${fault}.`)
        const submission = await pairedSubmission(spec, account, request.url, native)
        const unusable = submission && unusableId(spec, submission, native.id)
        if (unusable) throw refusedDelivery(spec.id, 'unreadable', `it names ${unusable}.`)
        return toEvent(
          spec,
          account,
          native,
          submission,
          { ...proof, at: proof.at ?? now },
          redactorFor(proof.secrets ?? []),
        )
      },
    })
  }
}

/** The bytes of a request, given up as soon as there are more than `maxBytes`: they are not verified yet. */
export async function rawBody(
  provider: string,
  request: Request,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (request.bodyUsed) {
    const why = 'its body was read before. Hand the request over before anything parses it.'
    throw refusedDelivery(provider, 'consumed', why)
  }
  const tooLarge = (): Error =>
    refusedDelivery(provider, 'too-large', `its body has more than ${maxBytes} bytes.`)
  if (Number(request.headers.get('content-length')) > maxBytes) {
    await request.body?.cancel().catch(() => undefined)
    throw tooLarge()
  }
  return readBytes(request.body, maxBytes).catch((error: unknown) => {
    throw error instanceof BodyTooLargeError
      ? tooLarge()
      : refusedDelivery(provider, 'unavailable', 'its body broke off.')
  })
}
