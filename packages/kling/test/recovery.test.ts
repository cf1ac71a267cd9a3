import type { RecordEntry, Submission } from '@reelay/core'
import { describe, expect, test } from 'vitest'
import { find } from '../src/routes.ts'
import { created, stub } from './world.ts'

const request = { kind: 'text-to-video', prompt: 'A paper boat' } as const
const missing = { status: 400, json: { code: 1201, message: 'Task not found by id/external id: x' } }

describe('find', () => {
  /** Looks for a submission whose task is shown under the given external id. */
  async function found(externalId: (own: string | undefined) => string | undefined) {
    let submission: Submission | undefined
    const { kling } = stub(({ method }) => {
      if (method === 'POST') return { status: 500, json: { code: 5000, message: 'x' } }
      if (!submission) return missing
      const info = { external_task_id: externalId(submission.externalId) }
      return { json: { ...created, data: { ...created.data, task_info: info } } }
    })
    const error = await kling.submit(request).catch((thrown) => thrown)
    submission = JSON.parse(JSON.stringify(error.submission)) as Submission
    return { answer: kling.find(submission), submission }
  }

  test('a reply that names another external id is not adopted', async () => {
    const { answer } = await found(() => 'somebody-elses')
    await expect(answer).rejects.toMatchObject({ code: 'ERR_UNEXPECTED_REPLY', outcome: 'unknown' })
  })

  test.each<[string, (own: string | undefined) => string | undefined]>([
    ['its own', (own) => own],
    ['none', () => undefined],
  ])('one that names %s is, dated by the submission', async (_name, externalId) => {
    const { answer, submission } = await found(externalId)
    expect(await answer).toMatchObject({
      state: 'found',
      task: { id: created.data.task_id, handle: { submittedAt: submission.startedAt } },
    })
  })

  test('a submission without an external id is not looked for', async () => {
    const { submission } = await found(() => undefined)
    const { externalId: _none, ...without } = submission
    const { kling, sent } = stub(() => missing)
    expect(find(without)).toBeUndefined()
    expect(await kling.find(without)).toEqual({ state: 'not-found-yet' })
    expect(sent).toEqual([])
  })
})

describe('a create refused for its token', () => {
  test.each([1003, 1004])('(%i), aborted before it is sent again: nothing was bought', async (code) => {
    const stop = new AbortController()
    const reason = new Error('user left')
    const pair = { apiKey: undefined, accessKey: 'ak', secretKey: 'sk' }
    const { kling, sent } = stub(() => ({ status: 401, json: { code, message: 'words' } }), pair)
    const entries: RecordEntry[] = []
    const record = async (entry: RecordEntry) => {
      entries.push(entry)
      if (entries.length === 2) stop.abort(reason)
    }
    const error = await kling.submit(request, { record, abortSignal: stop.signal }).catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'ERR_ABORTED', outcome: 'rejected' })
    expect(error.cause).toBe(reason)
    expect(sent).toHaveLength(1)
    expect(entries.at(-1)).toMatchObject({ type: 'verdict', outcome: 'rejected', code: 'ERR_ABORTED' })
  })
})
