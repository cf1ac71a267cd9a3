import { wait } from '@reelay/core'
import { equal, failure, ok } from '../assert.ts'
import type { ContractCase } from '../case.ts'
import { attempt, balanced, unsettled } from './attempt.ts'
import { bought, unfinished } from './buy.ts'
import { plant } from './plant.ts'

type Need = Required<Pick<ContractCase, 'needs' | 'instead'>>

/** For cases about finding a task by its submission. */
export const needsFind: Need = {
  needs: ({ find }) =>
    find === true ||
    (find
      ? 'the provider adopts no task for its input'
      : 'the provider cannot look for a task by its submission'),
  async instead(world, { find }) {
    const provider = world.createProvider()
    equal(provider.find !== undefined, find !== false, 'whether find is there, as the manifest says')
    plant(world, 'lost-answer')
    const lost = await attempt(world, provider)
    equal(lost.posts, 1, 'paid POSTs when the answer is lost and nothing can be found')
    const { submission } = unsettled(lost)
    balanced(lost)
    if (!provider.find) return
    await world.clock.sleep(3_600_000)
    ok(submission, 'there is a submission')
    equal((await provider.find(submission)).state, 'not-found-yet', 'find() without proof')
  },
}

/** For cases about keys that name a purchase, to the provider by an id of ours or to a journal. */
export const needsKeys: Need = {
  needs: ({ idempotency, journal = false }) =>
    journal || idempotency === 'external-id' || 'the provider takes no id of ours',
  async instead(world) {
    const provider = world.createProvider()
    for (const _ of ['first', 'second']) {
      plant(world, 'lost-request')
      const lost = await attempt(world, provider, { idempotencyKey: 'one-purchase' })
      equal(lost.posts, 1, 'paid POSTs of one submit without an id of ours')
    }
  },
}

/** For cases about reading many tasks at once. */
export const needsGetMany: Need = {
  needs: ({ getMany }) => getMany !== false || 'the provider cannot read many tasks at once',
  async instead(world) {
    const { provider, handle } = await bought(world)
    equal(provider.getMany, undefined, 'getMany, which the manifest denies')
    const task = await provider.get(handle)
    ok(task.id === handle.id, 'get() still reads a task')
  },
}

/** For cases about status words that nobody knows. */
export const needsUnknown: Need = {
  needs: ({ unknownStatus }) =>
    unknownStatus !== 'running' || 'a word that nobody knows is a task that goes on',
  async instead(world) {
    const { provider, handle } = await unfinished(world)
    plant(world, 'unknown-status', { on: 'read', times: Number.POSITIVE_INFINITY })
    equal((await provider.get(handle)).status, 'running', 'the status of a task in an unknown word')
    const error = await failure(wait(provider, handle, { deadlineMs: 600_000 }), 'a wait for it')
    equal(
      [error.code, error.outcome, error.handle],
      ['ERR_TIMEOUT', 'accepted', handle],
      'the end of the wait',
    )
  },
}

/** For cases about stopping a task upstream. */
export const needsCancel: Need = {
  needs: ({ cancel }) => cancel || 'the provider cannot stop a task',
  async instead(world) {
    const { provider, handle } = await bought(world)
    equal(provider.cancel, undefined, 'cancel, which the manifest denies')
    await provider.get(handle, { abortSignal: AbortSignal.abort() }).catch(() => undefined)
    equal(world.wire.posts(), 1, 'paid POSTs after the only submit')
  },
}

/** For cases about what an adapter says of itself. */
export const needsAdapter: Need = {
  needs: ({ adapter }) => adapter !== undefined || 'there is no manifest of an adapter',
  async instead(world) {
    const { offers } = world.createProvider().catalog
    const sold = offers.some(({ kind, state }) => kind === world.request.kind && state !== 'discontinued')
    ok(sold, `the catalogue alone says what is sold, and it lists no ${world.request.kind}`)
  },
}
