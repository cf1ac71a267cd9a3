import { describe, expect, it } from 'vitest'
import type { PiapiEmulatorOptions } from '../../src/index.ts'
import { bodyOf, createRig, type Rig, TASK } from './rig.ts'

const unknown = `${TASK}/00000000-0000-4000-8000-000000000999`

const poor = (piapi: PiapiEmulatorOptions = {}): Rig => {
  const rig = createRig({ piapi })
  rig.control.setBalance(1_999_999, { provider: 'piapi' })
  return rig
}

describe('PiAPI errors', () => {
  it('402: not enough points, told in a failed task that does not exist', async () => {
    const rig = poor()
    const { status, body } = await rig.create()
    expect([status, body.code, body.message]).toEqual([402, 402, 'insufficient credits'])
    expect(body.data).toMatchObject({
      task_id: '',
      status: 'failed',
      input: bodyOf().input,
      output: null,
      meta: { created_at: '0001-01-01T00:00:00Z' },
      error: { code: 10_000, raw_message: 'insufficient credits' },
    })
    expect(rig.control.ledger()).toHaveLength(0)
    rig.control.setBalance(2_000_000, { provider: 'piapi' })
    expect((await rig.create()).status).toBe(200)
    expect(rig.control.balance({ provider: 'piapi' })).toBe(0)
  })

  it('400: a word that is refused at once', async () => {
    const rig = createRig({ piapi: { errorData: 'task' } })
    const { status, body } = await rig.create({ prompt: 'a Forbidden-Sync thing' })
    expect([status, body.message]).toEqual([400, 'failed to create task'])
    expect(body.data.error.raw_message).toBe('404 not found: content violation')
    expect(rig.control.ledger()).toHaveLength(0)
  })

  it('404: an id nobody has', async () => {
    const { status, body } = await createRig().get(unknown)
    expect([status, body]).toEqual([404, { code: 404, data: null, message: 'task not found' }])
  })

  it.each<[string, (rig: Rig) => Promise<unknown>, number]>([
    ['a bad field', (rig) => rig.create({ duration: 7 }), 400],
    ['a bad key', (rig) => rig.post(TASK, bodyOf(), { 'x-api-key': 'no' }), 401],
    ['no points', (rig) => rig.create(), 402],
    ['an unknown id', (rig) => rig.get(unknown), 404],
    ['a cancel too late', (rig) => rig.del(unknown), 404],
    ['an unknown path', (rig) => rig.get('https://api.piapi.ai/x'), 404],
  ])('come as HTTP 200 on demand: %s', async (_name, ask, code) => {
    const answer = await ask(poor({ errorsAsHttp200: true }))
    expect(answer).toMatchObject({ status: 200, body: { code, message: expect.any(String) } })
  })

  it('carry a failed task, or never one, on demand', async () => {
    const withTask = poor({ errorData: 'task' })
    const failed = { task_id: '', status: 'failed', error: { code: 10_000 } }
    for (const answer of [
      await withTask.create({ duration: 7 }),
      await withTask.create(),
      await withTask.get(unknown),
    ]) {
      expect(answer.body.data).toMatchObject(failed)
    }
    expect((await poor({ errorData: 'null' }).create()).body.data).toBeNull()
    expect((await poor({ errorData: 'task', capitalizedStatus: true }).create()).body.data.status).toBe(
      'Failed',
    )
  })

  it.each<[Record<string, unknown>, number, number | undefined, string | undefined]>([
    [{ status: 500 }, 500, 500, 'service busy'],
    [{ status: 402 }, 402, 402, 'insufficient credits'],
    [{ status: 403 }, 403, 403, undefined],
    [{ code: 429 }, 429, 429, undefined],
    [{ code: 10_000 }, 500, 10_000, undefined],
    [{ status: 200, code: 500 }, 200, 500, 'service busy'],
    [{ status: 503 }, 503, undefined, undefined],
    [{ status: 400, body: { code: 77 } }, 400, 77, undefined],
  ])('can be planted on a create: %j', async (over, status, code, raw) => {
    const rig = createRig()
    rig.control.fault({ provider: 'piapi', on: 'create', kind: 'status', ...over })
    const answer = await rig.create()
    expect([answer.status, answer.body.code, answer.body.data?.error?.raw_message]).toEqual([
      status,
      code,
      raw,
    ])
    expect(rig.control.ledger()).toHaveLength(0)
  })

  it('say something else on a read', async () => {
    const rig = createRig()
    rig.control.fault({ on: 'query', kind: 'status', status: 500 })
    expect((await rig.get(unknown)).body).toEqual({ code: 500, data: null, message: 'internal server error' })
  })
})
