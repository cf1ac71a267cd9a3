import { equal, ok, oneOf, plainJson } from '../assert.ts'
import type { ContractCase } from '../case.ts'
import { attempt, balanced, errorOf, maybePaid, submissionOf, taskOf, unsettled } from '../probe/attempt.ts'
import { plant } from '../probe/plant.ts'
import { underReplacedFetch, underRuntimeFetch } from '../probe/runtime-fetch.ts'
import { unclear } from './trouble.ts'

// An external id allows one more POST, after having looked for the task.
const mostPosts = { none: 1, 'external-id': 2 } as const
const patienceMs = 20_000

/** A create whose answer proves nothing: nobody sends it twice, nobody calls it rejected. */
export const noVerdictCases: readonly ContractCase[] = [
  ...unclear.map(
    ({ title, fault, options, created }): ContractCase => ({
      name: `a create that meets ${title} is bought at most once and never called rejected`,
      rule: 'money 2',
      async run(world, { idempotency, find }) {
        const provider = world.createProvider()
        plant(world, fault, options)
        const struck = await attempt(world, provider)
        ok(struck.posts >= 1, 'the paid POST left')
        ok(struck.posts <= mostPosts[idempotency], `${struck.posts} paid POSTs left for one submit`)
        maybePaid(struck)
        balanced(struck)
        if (created) equal(struck.tasks, 1, 'tasks made')
        if (!find) unsettled(struck)
        else if (created && idempotency === 'external-id')
          equal(taskOf(struck).status !== 'failed', true, 'found')
      },
    }),
  ),
  {
    name: 'a create that fails every time ends unknown within seconds, with its submission',
    rule: 'money 2',
    async run(world, { idempotency }) {
      const provider = world.createProvider()
      plant(world, 'lost-request', { times: Number.POSITIVE_INFINITY })
      const lost = await attempt(world, provider)
      ok(lost.posts <= mostPosts[idempotency], `${lost.posts} paid POSTs left for one submit`)
      const error = unsettled(lost)
      plainJson(error.submission, 'the submission on the error')
      ok(lost.elapsedMs <= patienceMs, `it took ${lost.elapsedMs} ms to say so`)
      balanced(lost)
    },
  },
  {
    name: 'a create that is not answered in time ends, and in the time of the given clock',
    rule: 'money 8',
    async run(world) {
      const provider = world.createProvider()
      plant(world, 'hang-request', { times: Number.POSITIVE_INFINITY })
      const late = await attempt(world, provider, { timeoutMs: 7_000 })
      unsettled(late)
      ok(late.elapsedMs >= 7_000, `it was given up after ${late.elapsedMs} ms`)
      ok(late.elapsedMs <= 7_000 + patienceMs, `it was given up only after ${late.elapsedMs} ms`)
    },
  },
  {
    name: 'a connection reset under the runtime’s own fetch proves nothing',
    rule: 'money 2',
    async run(world) {
      const struck = await underRuntimeFetch(world, 'ECONNRESET', 'read')
      equal(errorOf(struck).outcome, 'unknown', 'the outcome of a reset')
      equal(errorOf(struck).submission, submissionOf(struck), 'the submission on the error')
    },
  },
  ...['ENOTFOUND', 'ECONNREFUSED'].map(
    (code): ContractCase => ({
      name: `${code} from the runtime’s own fetch is rejected, since nothing was sent`,
      rule: 'money 2',
      async run(world) {
        const syscall = code === 'ENOTFOUND' ? 'getaddrinfo' : 'connect'
        const struck = await underRuntimeFetch(world, code, syscall)
        const error = errorOf(struck)
        oneOf(error.code, ['ERR_NETWORK', 'ERR_UNAVAILABLE'], 'the code of a server that cannot be reached')
        equal(error.outcome, 'rejected', 'the outcome where nothing can have been sent')
        balanced({ ...struck, posts: 1 })
      },
    }),
  ),
  {
    name: 'ECONNREFUSED from a fetch in the place of the runtime’s own proves nothing',
    rule: 'money 2',
    async run(world) {
      const struck = await underReplacedFetch(world, 'ECONNREFUSED', 'connect')
      equal(errorOf(struck).outcome, 'unknown', 'the outcome where a wrapper may have sent it before')
      equal(errorOf(struck).submission, submissionOf(struck), 'the submission on the error')
    },
  },
]
