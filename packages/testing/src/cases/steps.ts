import { journaled, memoryJournal, type Quote, type RecordEntry } from '@reelay/core'
import { equal, ok, oneOf, plainJson } from '../assert.ts'
import type { ContractCase } from '../case.ts'
import { plant } from '../probe/plant.ts'
import { type LostStep, needsSteps, stepError, watchSteps } from '../probe/steps.ts'

const isStep = ({ submission }: RecordEntry): boolean => submission.step !== undefined

/** What a quote comes to at most; undefined where nobody knows. */
const mostOf = (quote: Quote | undefined): number | undefined =>
  quote === undefined || quote.type === 'unknown'
    ? undefined
    : quote.type === 'exact'
      ? quote.microUsd
      : quote.max

const lost: readonly (readonly [how: LostStep, what: string])[] = [
  ['lost-answer', 'is lost'],
  ['gateway page', 'is a gateway’s'],
]

/** Priced calls before a create: each is a purchase of its own. */
export const stepCases: readonly ContractCase[] = [
  {
    name: 'a step before the create is in the quote, and recorded with its price before it is sent',
    rule: 'money 6',
    ...needsSteps,
    async run(world) {
      const { provider, submit } = watchSteps(world)
      const quote = provider.quote(world.request)
      const { task, error, entries, sent } = await submit(provider)
      ok(task, `submit() should not have failed with ${String(error)}`)
      const steps = entries.filter(isStep)
      ok(steps.length > 0, 'record() was told of no step')
      for (const entry of entries) plainJson(entry, `the recorded ${entry.type}`)
      const intents = entries.filter((entry) => entry.type === 'intent')
      equal(
        sent,
        intents.flatMap(({ submission }) => submission.step ?? []),
        'steps that left, beside those whose intent was recorded before',
      )
      equal(new Set(sent).size, sent.length, 'steps sent, each by a name of its own')
      const inOrder = entries.map(({ type, submission }) => `${type} ${submission.step ?? 'create'}`)
      equal(
        inOrder,
        [...sent, 'create'].flatMap((name) => [`intent ${name}`, `verdict ${name}`]),
        'what was recorded, in order',
      )
      for (const entry of steps) {
        ok(!('externalId' in entry.submission), 'a step takes no id of ours')
        if (entry.type !== 'verdict') continue
        equal(entry.outcome, 'accepted', 'the outcome of a step that was done')
        ok(entry.result !== undefined, 'the verdict of a step has what it brought')
      }
      equal(new Set(intents.map(({ submission }) => submission.attempt)).size, intents.length, 'attempts')
      const shares = intents.map((entry) => mostOf(entry.quote))
      if (shares.includes(undefined) || mostOf(quote) === undefined) return
      equal(
        shares.reduce((sum: number, share) => sum + (share ?? 0), 0),
        mostOf(quote),
        'the shares of steps and create together, beside the quote',
      )
      equal(world.wire.posts(), 1, 'creates sent')
    },
  },
  ...lost.map(
    ([how, what]): ContractCase => ({
      name: `a step whose answer ${what} has no verdict: it is not sent again, and nothing is created`,
      rule: 'money 3',
      ...needsSteps,
      async run(world) {
        const { provider, submit, lose } = watchSteps(world)
        lose(how)
        const tried = await submit(provider)
        const error = stepError(tried)
        equal(error.code, 'ERR_SUBMISSION_UNKNOWN', 'the code of a step without a verdict')
        equal(error.outcome, 'unknown', 'the outcome of a step without a verdict')
        const [first] = tried.sent
        equal(tried.sent, [first], 'steps sent')
        equal(error.submission?.step, first, 'the step that the error names')
        equal([world.wire.posts(), world.wire.tasks()], [0, 0], 'creates sent and tasks made')
        const last = tried.entries.at(-1)
        ok(last?.type === 'verdict', 'the verdict is recorded last')
        equal([last.submission.step, last.outcome], [first, 'unknown'], 'the step and the outcome recorded')
        await world.clock.sleep(3_600_000)
        equal(world.wire.posts(), 0, 'creates sent an hour later')
      },
    }),
  ),
  {
    name: 'what a step brought is not paid for again when its create is refused',
    rule: 'money 6',
    ...needsSteps,
    async run(world, { journal = false }) {
      const { provider, submit } = watchSteps(world)
      const kept = journal ? provider : journaled(provider, memoryJournal())
      const key = { idempotencyKey: 'one-purchase' }
      plant(world, 'funds')
      const refused = await submit(kept, key)
      equal(stepError(refused).outcome, 'rejected', 'the outcome of a create refused after its steps')
      ok(refused.sent.length > 0, 'no step was sent')
      const again = await submit(kept, key)
      ok(again.task, `the second submit() should not have failed with ${String(again.error)}`)
      equal(again.sent, [], 'steps sent again')
      oneOf(world.wire.tasks(), [1], 'tasks made')
    },
  },
]
