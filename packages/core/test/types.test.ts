import { expect, expectTypeOf, test } from 'vitest'
import { type FailedTask, generate, type KlingModel, ReelayError, type VideoTask } from '../src/index.ts'
import type { EndedTask } from '../src/model/task.ts'

const failed: FailedTask = {
  status: 'failed',
  id: 't-1',
  handle: {
    v: 1,
    provider: 'mine',
    account: 'default',
    id: 't-1',
    kind: 'text-to-video',
    model: 'kling-v3',
    mode: 'std',
    route: 'text',
    submittedAt: 0,
    idempotencyKey: 'k',
    requestHash: 'h',
  },
  nativeStatus: 'failed',
  warnings: [],
  failure: { reason: 'input', message: 'Too dark.', retryable: false },
}

test('a caught error whose code is ERR_TASK_FAILED has its task, known to the compiler', () => {
  const caught: unknown = new ReelayError('ERR_TASK_FAILED', 'Too dark.', {
    outcome: 'accepted',
    task: failed,
  })
  if (!ReelayError.isInstance(caught) || caught.code !== 'ERR_TASK_FAILED') throw caught
  expectTypeOf(caught.task).toEqualTypeOf<FailedTask | EndedTask>()
  expect(caught.task.status === 'failed' && caught.task.failure.reason).toBe('input')
})

test('of an error of any other code the task may be asked for, and is not there', () => {
  const caught = new ReelayError('ERR_TIMEOUT', 'Late.', { outcome: 'accepted' })
  expectTypeOf(caught.task).toEqualTypeOf<FailedTask | EndedTask | undefined>()
  expect(caught.task).toBeUndefined()
})

test('isInstance tells tasks from errors where a value may be either', () => {
  const answer = failed as VideoTask | ReelayError
  if (ReelayError.isInstance(answer)) throw answer
  expectTypeOf(answer).toEqualTypeOf<VideoTask>()
  expectTypeOf(generate).returns.resolves.toHaveProperty('outputs')
})

test('model names complete, and any other text is a model too', () => {
  const named: KlingModel = 'kling-v3'
  const other: KlingModel = 'kling-v9'
  expect([named, other]).toHaveLength(2)
})
