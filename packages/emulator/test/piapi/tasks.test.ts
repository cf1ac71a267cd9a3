import { describe, expect, it } from 'vitest'
import { createRig, MINUTE, type Rig, TASK, turbo } from './rig.ts'

const states = (rig: Rig): string[] => rig.control.tasks().map(({ state }) => state)

/** Seconds after the emulator's start. */
const secondsIn = (at: string, start: number): number => (Date.parse(`${at.slice(0, 23)}Z`) - start) / 1000

describe('PiAPI tasks', () => {
  it('go from pending over processing to completed, with times and usage', async () => {
    const rig = createRig()
    const start = rig.control.now()
    const id = await rig.createTask()
    rig.control.advance(2999)
    expect((await rig.task(id)).status).toBe('pending')

    rig.control.advance(1)
    const running = await rig.task(id)
    expect(running).toMatchObject({ status: 'processing', output: { works: null } })
    expect(running.meta).toMatchObject({
      ended_at: '0001-01-01T00:00:00Z',
      usage: { frozen: 2_000_000, consume: 0 },
    })
    expect(secondsIn(running.meta.started_at, start)).toBe(3)

    rig.control.advance(MINUTE)
    const done = await rig.task(id)
    expect(done).toMatchObject({ status: 'completed', error: { code: 0 }, output: { status: 99 } })
    expect(done.meta.usage).toEqual({ type: 'point', frozen: 0, consume: 2_000_000 })
    expect(secondsIn(done.meta.ended_at, start)).toBe(63)
  })

  it('take as long as they are told to', async () => {
    const rig = createRig({ piapi: { queuedMs: ({ mode }) => (mode === 'pro' ? 10 : 0), processingMs: 5 } })
    rig.control.slowNext({ provider: 'piapi', ms: 100 })
    await rig.createTask({ mode: 'pro' })
    await rig.createTask()
    expect(states(rig)).toEqual(['pending', 'processing'])
    rig.control.advance(20)
    expect(states(rig)).toEqual(['processing', 'completed'])
    rig.control.advance(95)
    expect(states(rig)).toEqual(['completed', 'completed'])
  })

  it('show the URLs of their family when they are completed', async () => {
    const rig = createRig()
    const [classic, three, fast] = [
      await rig.createTask({ mode: 'pro', aspect_ratio: '9:16', image_url: 'https://example.com/a.png' }),
      await rig.createTask({ version: '3.0' }),
      await rig.createTask({}, turbo()),
    ]
    rig.control.advance(3 * MINUTE)
    const clip = `https://storage.theapi.app/${classic}.mp4`
    const size = { height: 1920, width: 1080 }
    expect((await rig.task(classic)).output).toEqual({
      type: 'm2v_img2video_hq',
      status: 99,
      works: [
        {
          status: 99,
          type: 'm2v_img2video_hq',
          cover: {
            resource: `https://img.theapi.app/temp/${classic}-cover.png`,
            resource_without_watermark: '',
            ...size,
            duration: 0,
          },
          video: {
            resource: `https://img.theapi.app/temp/${classic}-wm.mp4`,
            resource_without_watermark: clip,
            ...size,
            duration: 5100,
          },
        },
      ],
      video_url: clip,
    })
    expect((await rig.task(three)).output).toEqual({ video: `https://img.theapi.app/ephemeral/${three}.mp4` })
    expect((await rig.task(fast)).output).toEqual({ video: `https://img.theapi.app/ephemeral/${fast}.mp4` })
  })

  it('can put turbo clips elsewhere, and leave the watermark on', async () => {
    const rig = createRig({ piapi: { turboOutput: 'video_url', unwatermarked: 'empty' } })
    const [classic, fast] = [await rig.createTask(), await rig.createTask({}, turbo())]
    rig.control.advance(3 * MINUTE)
    expect(Object.keys((await rig.task(fast)).output)).toEqual(['video_url'])
    const { output } = await rig.task(classic)
    expect(output).not.toHaveProperty('video_url')
    expect(output.works[0].video).toMatchObject({
      resource: expect.stringContaining('-wm.mp4'),
      resource_without_watermark: '',
    })
  })

  it.each([
    ['forbidden-async', '404 not found: deleted for content violation', 'task failed'],
    ['busy-async', 'submit task failed: 500, service busy', 'failed to submit task'],
    ['timeout-async', 'task timed out', 'task failed'],
    ['no-face-async', 'identify failed: status 609', 'task failed'],
    ['too-large-async', 'task input too large: maximum is 10MB', 'failed to submit task'],
    ['unreachable-async', 'proxyconnect tcp: connection refused', 'failed to submit task'],
  ])('fail for %s, with the provider’s words and everything given back', async (word, raw, message) => {
    const rig = createRig()
    const before = rig.control.balance({ provider: 'piapi' })
    const id = await rig.createTask({ negative_prompt: `no ${word.toUpperCase()}` })
    expect(rig.control.balance({ provider: 'piapi' })).toBe(before - 2_000_000)
    rig.control.advance(2 * MINUTE)
    const failed = await rig.task(id)
    expect(failed).toMatchObject({ status: 'failed', output: { type: '', status: 0, works: null } })
    expect(failed.error).toEqual({ code: 10_000, raw_message: raw, message, detail: null })
    expect(failed.meta.usage).toMatchObject({ frozen: 0, consume: 0 })
    expect(rig.control.balance({ provider: 'piapi' })).toBe(before)
    expect(rig.control.ledger()[0]).toMatchObject({ refunded: true, microUsd: 200_000, state: 'failed' })
  })

  it('take words of the caller, also in a shot', async () => {
    const failureWords = [{ word: 'blood', at: 'task', message: 'no', rawMessage: 'no blood' }] as const
    const rig = createRig({ piapi: { failureWords } })
    const id = await rig.createTask({ version: '3.0', multi_shots: [{ prompt: 'Blood', duration: 3 }] })
    rig.control.advance(2 * MINUTE)
    expect((await rig.task(id)).error.raw_message).toBe('no blood')
  })

  it('spell their states as the schema of 2024 does, on demand', async () => {
    const rig = createRig({
      piapi: { capitalizedStatus: true, accounts: [{ apiKeys: ['k'], concurrency: 1 }] },
    })
    const headers = { 'x-api-key': 'k' }
    const body = { model: 'kling', task_type: 'video_generation', input: { prompt: 'x' } }
    const first = (await rig.post(TASK, body, headers)).body.data
    const second = (await rig.post(TASK, body, headers)).body.data
    expect([first.status, second.status]).toEqual(['Pending', 'Staged'])
    rig.control.advance(2 * MINUTE)
    expect((await rig.send(`${TASK}/${first.task_id}`, { headers })).body.data.status).toBe('Completed')
  })
})

describe('PiAPI queue', () => {
  const narrow = { piapi: { queuedMs: 10, processingMs: 90 } }

  it('stages whatever is over the concurrency and lets it go in turn', async () => {
    const rig = createRig(narrow)
    rig.control.setConcurrency(2, { provider: 'piapi' })
    for (let count = 0; count < 5; count += 1) {
      await rig.createTask()
      rig.control.advance(1)
    }
    expect(states(rig)).toEqual(['pending', 'pending', 'staged', 'staged', 'staged'])
    rig.control.advance(95)
    expect(states(rig)).toEqual(['completed', 'processing', 'pending', 'staged', 'staged'])
    // The third went at 100, the fourth at 101, the fifth at 200.
    rig.control.advance(109)
    expect(states(rig)).toEqual(['completed', 'completed', 'completed', 'completed', 'pending'])
    rig.control.advance(2)
    expect(states(rig).at(-1)).toBe('processing')
    rig.control.advance(1000)
    expect(states(rig)).toEqual(Array(5).fill('completed'))
  })

  it('reserves the price of a staged task, and starts its clock only later', async () => {
    const rig = createRig(narrow)
    rig.control.setConcurrency(0, { provider: 'piapi' })
    const { body } = await rig.create()
    expect(body.data).toMatchObject({ status: 'staged', meta: { usage: { frozen: 2_000_000 } } })
    rig.control.advance(MINUTE)
    expect(states(rig)).toEqual(['staged'])
    rig.control.setConcurrency(1, { provider: 'piapi' })
    expect(states(rig)).toEqual(['pending'])
    rig.control.advance(10)
    expect(states(rig)).toEqual(['processing'])
  })

  it('frees a place when a task is cancelled or forced to end, and keeps it when forced to run', async () => {
    const rig = createRig(narrow)
    rig.control.setConcurrency(1, { provider: 'piapi' })
    const ids = [await rig.createTask(), await rig.createTask(), await rig.createTask()]
    expect((await rig.del(`${TASK}/${ids[0]}`)).status).toBe(200)
    expect(states(rig)).toEqual(['cancelled', 'pending', 'staged'])
    rig.control.forceStatus(ids[1] ?? '', 'processing')
    rig.control.advance(MINUTE)
    expect(states(rig)).toEqual(['cancelled', 'processing', 'staged'])
    rig.control.forceStatus(ids[1] ?? '', 'failed', 'no face')
    expect(states(rig)).toEqual(['cancelled', 'failed', 'pending'])
    expect((await rig.task(ids[1] ?? '')).error.raw_message).toBe('no face')
  })

  it('answers 429 when the queue itself is limited and full', async () => {
    const accounts = [{ apiKeys: ['k'], concurrency: 1, stagedLimit: 1 }]
    const rig = createRig({ piapi: { accounts } })
    const headers = { 'x-api-key': 'k' }
    const body = { model: 'kling', task_type: 'video_generation', input: { prompt: 'x' } }
    const post = async (): Promise<unknown[]> => {
      const { status, body: answer } = await rig.post(TASK, body, headers)
      return [status, answer.data?.status]
    }
    expect([await post(), await post(), await post()]).toEqual([
      [200, 'pending'],
      [200, 'staged'],
      [429, undefined],
    ])
    expect(rig.control.ledger()).toHaveLength(2)
  })
})
