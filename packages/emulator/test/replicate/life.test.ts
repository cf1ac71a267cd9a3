import { describe, expect, it } from 'vitest'
import { createRig, MODEL } from './rig.ts'

describe('the life of a prediction', () => {
  it('is starting, processing, succeeded, and then loses its data', async () => {
    const rig = createRig({ queuedMs: 2000, processingMs: 60_000 })
    const id = await rig.createId({ generate_audio: false })
    rig.control.advance(1999)
    expect(await rig.read(id)).toMatchObject({ status: 'starting', logs: '' })
    expect(await rig.read(id)).not.toHaveProperty('started_at')

    rig.control.advance(1)
    const running = await rig.read(id)
    expect(running).toMatchObject({ status: 'processing', output: null })
    expect(running.created_at).toMatch(/\.\d{6}Z$/)
    expect(running).not.toHaveProperty('completed_at')

    rig.control.advance(60_000)
    const done = await rig.read(id)
    expect(done).toMatchObject({
      status: 'succeeded',
      output: expect.stringMatching(
        /^https:\/\/replicate\.delivery\/xezq\/[0-9a-f]{32}\/tmp[0-9a-f]{8}\.mp4$/,
      ),
      logs: 'Submitting generation request\nGenerated video in 60.0s\n',
      metrics: {
        predict_time: 60,
        total_time: 62,
        video_output_count: 1,
        video_output_duration_seconds: 5.04,
        with_audio: false,
      },
    })
    expect(Date.parse(done.completed_at ?? '') - Date.parse(done.started_at ?? '')).toBe(60_000)

    rig.control.advance(3_600_000 - 1)
    expect((await rig.send(done.output ?? '')).status).toBe(200)
    rig.control.advance(1)
    expect(await rig.read(id)).toMatchObject({
      status: 'succeeded',
      output: null,
      input: {},
      logs: null,
      data_removed: true,
      metrics: done.metrics,
    })
    expect((await rig.send(done.output ?? '')).status).toBe(404)
  })

  it('removes data on demand', async () => {
    const rig = createRig()
    const id = await rig.createId()
    rig.control.advance(200_000)
    rig.control.expireUrls(id)
    expect(await rig.read(id)).toMatchObject({ status: 'succeeded', data_removed: true, output: null })
  })

  it.each([
    ['Failure to pass the risk control system', /flagged as sensitive.* \(E005\)$/],
    ['E6716', /^Timeout starting prediction \(E6716\)$/],
    ['Upstream says: bad gateway', /\(E004\)$/],
    ['no payment plan for sensitive content', /\(E001\)$/],
    ['something new', /^something new$/],
    ['Sensitive (E005) (uIJ6l3ruRD)', /^Sensitive \(E005\) \(uIJ6l3ruRD\)$/],
  ])('fails as ordered: %s', async (message, error) => {
    const rig = createRig()
    rig.control.failNext({ provider: 'replicate', message })
    const id = await rig.createId()
    rig.control.advance(200_000)
    const failed = await rig.read(id)
    expect(failed).toMatchObject({ status: 'failed', error: expect.stringMatching(error), output: null })
    // The platform's own start failures never ran.
    expect('started_at' in failed).toBe(message !== 'E6716')
    expect(rig.control.ledger()[0]).toMatchObject({ refunded: true, state: 'failed' })
    expect((await rig.createId()).length).toBe(26)
  })

  it('fails for words of the content policy', async () => {
    const rig = createRig({
      contentFilter: { judge: (prompt) => (prompt.startsWith('!') ? 'fail' : 'pass') },
    })
    for (const prompt of ['a forbidden-async thing', '!', 'a boat']) await rig.createId({ prompt })
    rig.control.advance(200_000)
    expect(rig.control.tasks().map(({ state }) => state)).toEqual(['failed', 'failed', 'succeeded'])
  })

  it.each<[string, string, Record<string, unknown>, string]>([
    ['no frame', 'kwaivgi/kling-v1.6-pro', {}, 'start_image or end_image is required'],
    [
      'end without pro',
      'kwaivgi/kling-v2.1',
      { start_image: 'https://x.test/a', end_image: 'https://x.test/b' },
      'end_image needs pro mode',
    ],
    [
      'end without start',
      'kwaivgi/kling-v3-video',
      { end_image: 'https://x.test/b' },
      'end_image needs start_image',
    ],
    [
      'a long prompt',
      'kwaivgi/kling-v3-video',
      { prompt: 'x'.repeat(2501) },
      'prompts must not be longer than 2500 characters',
    ],
    [
      'a sum that differs',
      'kwaivgi/kling-v3-video',
      { multi_prompt: '[{"prompt":"a","duration":2}]' },
      'multi_prompt durations must add up to duration',
    ],
    [
      'shots that are no JSON',
      'kwaivgi/kling-v3-video',
      { multi_prompt: 'a, b' },
      'multi_prompt is not valid JSON',
    ],
    [
      'audio with video',
      'kwaivgi/kling-v3-omni-video',
      { reference_video: 'https://x.test/v', generate_audio: true },
      'generate_audio and reference_video exclude each other',
    ],
    [
      '4k with video',
      'kwaivgi/kling-v3-omni-video',
      { reference_video: 'https://x.test/v', mode: '4k' },
      'reference_video is not available in 4k',
    ],
    [
      'seven seconds of text',
      'kwaivgi/kling-o1',
      { duration: 7 },
      'duration must be 5 or 10 without reference_video',
    ],
    [
      'an image that is none',
      MODEL,
      { start_image: 'data:image/png;base64,AAAA' },
      'start_image is not a jpg or png picture',
    ],
  ])('fails late, not at once, for %s', async (_name, model, input, error) => {
    const rig = createRig()
    const id = await rig.createId(input, model)
    rig.control.advance(5000)
    expect(await rig.read(id)).toMatchObject({ status: 'failed', error })
  })

  it('stops after thirty minutes', async () => {
    const rig = createRig({ processingMs: 3_600_000, queuedMs: 0 })
    const id = await rig.createId()
    rig.control.advance(30 * 60_000 - 1)
    expect((await rig.read(id)).status).toBe('processing')
    rig.control.advance(1)
    expect((await rig.read(id)).status).toBe('failed')
  })

  it('can be forced into every state', async () => {
    const rig = createRig()
    const id = await rig.createId()
    for (const status of ['processing', 'starting', 'aborted', 'canceled', 'failed', 'succeeded']) {
      rig.control.forceStatus(id, status)
      expect((await rig.read(id)).status).toBe(status)
    }
    expect(() => rig.control.forceStatus(id, 'successful')).toThrow(/no status/)
    expect(() => rig.control.setConcurrency(1, { provider: 'replicate' })).toThrow(/queue/)
  })

  it('may show an older dress', async () => {
    const rig = createRig({ emptyKeys: 'absent', createdAtDriftMs: 30, queuedMs: 0 })
    const { body } = await rig.create()
    for (const key of ['output', 'error', 'data_removed']) expect(body).not.toHaveProperty(key)
    const running = await rig.read(body.id)
    expect(Date.parse(running.created_at) - Date.parse(body.created_at)).toBe(30)
    expect(running.logs).toBe('Submitting generation request\n')
  })
})
