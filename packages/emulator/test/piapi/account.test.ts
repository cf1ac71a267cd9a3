import { describe, expect, it } from 'vitest'
import { API, createRig, MINUTE, turbo, UPLOAD } from './rig.ts'

const data = async (rig: ReturnType<typeof createRig>, path: string): Promise<unknown> =>
  (await rig.get(API + path)).body.data

describe('PiAPI account', () => {
  it('tells what is left, reserved and used', async () => {
    const rig = createRig()
    await rig.createTask()
    await rig.createTask({}, turbo())
    expect(await data(rig, '/account/info')).toMatchObject({
      name: 'demo',
      is_enable: true,
      credit_pack_info: {
        available_credits: 49_760,
        used_credits: 140,
        frozen_credits: 100,
        total_credits: 50_000,
      },
      equivalent_in_usd: 99.52,
    })
    rig.control.advance(2 * MINUTE)
    expect(await data(rig, '/account/info')).toMatchObject({
      credit_pack_info: { used_credits: 240, frozen_credits: 0, available_credits: 49_760 },
    })
  })

  it('knows the fields of the earlier client too', async () => {
    const rig = createRig({ piapi: { accountInfo: 'remaining-credits' } })
    expect(await data(rig, '/account/info')).toEqual({
      account_name: 'demo',
      account_id: 'demo',
      remaining_credits: 1_000_000_000,
      quota_used: 0,
      equivalent_in_usd: 100,
    })
  })

  it('counts what is running', async () => {
    const rig = createRig({ piapi: { queuedMs: 1000 } })
    rig.control.setConcurrency(2, { provider: 'piapi' })
    await rig.createTask()
    rig.control.advance(1000)
    await rig.createTask()
    await rig.createTask()
    expect(await data(rig, '/account/active_tasks')).toEqual({
      kling: {
        staged_count: 1,
        pending_count: 1,
        processing_count: 1,
        active_tasks: Array(3).fill({ task_id: expect.any(String) }),
      },
    })
    rig.control.advance(10 * MINUTE)
    expect(await data(rig, '/account/active_tasks')).toMatchObject({ kling: { active_tasks: null } })
    expect(rig.control.requests().at(-1)).toMatchObject({ op: 'other', path: '/account/active_tasks' })
  })

  it('complains about names nobody has', () => {
    const { control } = createRig()
    expect(() => control.balance({ provider: 'piapi', account: 'nobody' })).toThrow(/no account 'nobody'/)
    expect(() => control.forceStatus('nothing', 'failed')).toThrow(/no task/)
  })

  it('complains about a status word of another provider', async () => {
    const rig = createRig()
    const id = await rig.createTask()
    expect(() => rig.control.forceStatus(id, 'succeed')).toThrow(/PiAPI has no status 'succeed'/)
  })
})

describe('PiAPI uploads', () => {
  it('keep a file under a URL of its own, for a day', async () => {
    const rig = createRig()
    const file = { file_name: 'a b.txt', file_data: btoa('hello') }
    const { status, body } = await rig.post(UPLOAD, file)
    expect([status, body.code]).toEqual([200, 200])
    expect(body.data.url).toMatch(/^https:\/\/img\.theapi\.app\/ephemeral\/[\da-f-]{36}\/a%20b\.txt$/)
    expect((await rig.post(UPLOAD, file)).body.data.url).not.toBe(body.data.url)
    expect((await rig.send(body.data.url)).body).toBe('hello')
    expect(rig.control.requests().map(({ op }) => op)).toEqual(['upload', 'upload', 'download'])
    rig.control.advance(86_400_000)
    expect((await rig.send(body.data.url)).status).toBe(403)
  })

  it.each<[string, unknown]>([
    ['a list', []],
    ['no name', { file_data: 'aGk=' }],
    ['a name without ending', { file_name: 'start', file_data: 'aGk=' }],
    ['a path as name', { file_name: '../start.jpg', file_data: 'aGk=' }],
    ['no data', { file_name: 'a.jpg' }],
    ['empty data', { file_name: 'a.jpg', file_data: '' }],
    ['a data URI', { file_name: 'a.jpg', file_data: 'data:image/png;base64,aGk=' }],
    ['no base64', { file_name: 'a.jpg', file_data: 'BASE64_WITHOUT_PREFIX' }],
    ['too much', { file_name: 'a.jpg', file_data: 'aGkh'.repeat(100) }],
  ])('refuse %s', async (_name, body) => {
    const rig = createRig({ piapi: { uploadMaxBytes: 200 } })
    const { status, body: answer } = await rig.post(UPLOAD, body)
    expect([status, answer.code]).toEqual([400, 400])
  })
})
