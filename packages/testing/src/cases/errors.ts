import process from 'node:process'
import { type ErrorCode, ReelayError } from '@reelay/core'
import { isReelayError, ok, oneOf, plainJson, skip } from '../assert.ts'
import type { ContractCase } from '../case.ts'
import { turn } from '../clock/turn.ts'
import { attempt } from '../probe/attempt.ts'
import { bought } from '../probe/buy.ts'
import type { World } from '../world.ts'
import { lasting, passing, refusals, unclear } from './trouble.ts'

const outcomes = ['none', 'rejected', 'unknown', 'accepted']

// `Record` makes the compiler ask for codes that are added later.
const codes = Object.keys({
  ERR_CONFIG: true,
  ERR_AUTH: true,
  ERR_FUNDS: true,
  ERR_FORBIDDEN: true,
  ERR_INVALID_REQUEST: true,
  ERR_UNSUPPORTED: true,
  ERR_CONTENT: true,
  ERR_RATE_LIMIT: true,
  ERR_CONCURRENCY: true,
  ERR_NOT_FOUND: true,
  ERR_UNAVAILABLE: true,
  ERR_NETWORK: true,
  ERR_TIMEOUT: true,
  ERR_ABORTED: true,
  ERR_UNEXPECTED_REPLY: true,
  ERR_UNKNOWN_STATUS: true,
  ERR_SUBMISSION_UNKNOWN: true,
  ERR_BUDGET: true,
  ERR_DECLINED: true,
  ERR_TASK_FAILED: true,
  ERR_DOWNLOAD: true,
  ERR_WEBHOOK: true,
} satisfies Record<ErrorCode, true>)

/** Every error that a world's faults bring about, one after the other. */
async function everyError(world: World): Promise<readonly unknown[]> {
  const errors: unknown[] = []
  const { provider, handle } = await bought(world)
  for (const { fault, options } of [...unclear, ...refusals]) {
    if (!world.wire.fault(fault, options)) continue
    const { error } = await attempt(world, provider)
    if (error !== undefined) errors.push(error)
  }
  for (const { fault, options } of [...passing, ...lasting, ...refusals]) {
    if (!world.wire.fault(fault, { ...options, on: 'read', times: 3 })) continue
    await provider.get(handle).catch((error: unknown) => errors.push(error))
  }
  if (errors.length === 0) skip('the wire cannot simulate anything that makes a call fail')
  return errors
}

/** Errors as structured data. */
export const errorCases: readonly ContractCase[] = [
  {
    name: 'every error is a ReelayError with a known code, one of four outcomes and a message',
    rule: 'errors',
    async run(world) {
      const errors = await everyError(world)
      for (const error of errors) {
        isReelayError(error, 'a call that fails')
        oneOf(error.code, codes, 'the code')
        oneOf(error.outcome, outcomes, 'the outcome')
        ok(error.message.trim() !== '', 'the message says something')
        ok(typeof error.retryable === 'boolean', 'retryable is a yes or a no')
        ok(error.provider !== undefined && error.account !== undefined, 'the error says who failed')
      }
    },
  },
  {
    name: 'an error that leaves money open carries what the task can be found by',
    rule: 'money 5',
    async run(world) {
      for (const error of await everyError(world)) {
        isReelayError(error, 'a call that fails')
        const { outcome, handle, submission } = error
        if (outcome === 'unknown') ok(submission, `${error.code} without a verdict has its submission`)
        if (outcome === 'accepted') ok(handle, `${error.code} after acceptance has its handle`)
      }
    },
  },
  {
    name: 'an error is plain JSON for a log, and recognised across copies of the library',
    rule: 'errors',
    async run(world) {
      for (const error of await everyError(world)) {
        isReelayError(error, 'a call that fails')
        const text = JSON.stringify(error)
        ok(text.includes(error.code) && text.includes(error.outcome), 'its JSON has the code and the outcome')
        plainJson(JSON.parse(text), 'the error')
        ok(Reflect.get(error, Symbol.for('reelay.error')) === true, 'the shared mark is on it')
        ok(ReelayError.isInstance(error), 'isInstance() knows it')
      }
    },
  },
  {
    name: 'nothing is rejected where nobody hears it',
    rule: 'errors',
    async run(world) {
      const rejections = await unheard(async () => {
        await everyError(world)
        const provider = world.createProvider()
        await provider
          .submit(world.request, { abortSignal: AbortSignal.abort('early') })
          .catch(() => undefined)
        // Whatever was begun and forgotten gets the time to fail.
        await world.clock.sleep(600_000)
      })
      ok(rejections.length === 0, `${rejections.length} promises were rejected and never handled`)
    },
  },
]

const event = 'unhandledRejection'

/** The rejections that nobody handled while something ran; the test runner does not get to see them. */
export async function unheard(run: () => Promise<void>): Promise<readonly unknown[]> {
  const listeners = process.listeners(event)
  const rejections: unknown[] = []
  const listen = (reason: unknown): void => void rejections.push(reason)
  process.removeAllListeners(event)
  process.on(event, listen)
  try {
    await run()
    // They are announced when the microtasks of a turn have run.
    await turn()
    await turn()
  } finally {
    process.off(event, listen)
    for (const listener of listeners) process.on(event, listener)
  }
  return rejections
}
