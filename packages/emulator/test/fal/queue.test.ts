import { describe, expect, it } from 'vitest'
import { createRig, KLING, keyHeaders, prompt, QUEUE, requestURL, T2V } from './rig.ts'

const UUID_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

describe('submit', () => {
  it('answers 200 with addresses that name owner and alias only', async () => {
    const rig = createRig()
    const { status, headers, body } = await rig.submit()
    expect(status).toBe(200)
    expect(body.request_id).toMatch(UUID_7)
    expect(headers.get('x-fal-request-id')).toBe(body.request_id)
    const base = `https://queue.fal.run/fal-ai/kling-video/requests/${body.request_id}`
    expect(body).toEqual({
      status: 'IN_QUEUE',
      request_id: body.request_id,
      queue_position: 2,
      response_url: base,
      status_url: `${base}/status`,
      cancel_url: `${base}/cancel`,
    })
  })

  it('builds the addresses for the mount the client came through', async () => {
    const rig = createRig()
    const { baseURL } = rig.emulator.providers('http://127.0.0.1:4010').fal
    const { body } = await rig.send(`${baseURL}/${T2V}`, {
      method: 'POST',
      headers: keyHeaders,
      body: JSON.stringify({ prompt }),
    })
    expect(body.status_url).toBe(
      `http://127.0.0.1:4010/fal/fal-ai/kling-video/requests/${body.request_id}/status`,
    )
    expect((await rig.send(body.status_url, { headers: keyHeaders })).body.status).toBe('IN_QUEUE')
    rig.control.advance(600_000)
    const { video } = (await rig.send(body.response_url, { headers: keyHeaders })).body
    expect(video.url).toMatch(
      /^http:\/\/127\.0\.0\.1:4010\/fal\/media\/files\/b\/[0-9a-f]{8}\/\w+_output\.mp4$/,
    )
  })

  it('stores whatever it is given: nothing is validated yet', async () => {
    const rig = createRig()
    for (const input of [{}, { duration: 7 }, [], 'not json', '']) {
      expect((await rig.submit(T2V, input)).status).toBe(200)
    }
    expect((await rig.submit(`${KLING}/no/such/path`)).status).toBe(200)
    expect(rig.control.ledger()).toHaveLength(6)
  })

  it('knows its apps, and 4.0 unless told', async () => {
    const rig = createRig({ kling4: false })
    expect((await rig.submit('fal-ai/flux/dev')).body.detail).toBe('Application "flux" not found')
    expect((await rig.submit('kling/v4/text-to-video')).status).toBe(404)
    expect(rig.control.ledger()).toEqual([])

    const next = createRig()
    const { body } = await next.submit('kling/v4/text-to-video', {
      prompt,
      duration: 10,
      resolution: '1080p',
    })
    expect(body.status_url).toBe(`${QUEUE}/kling/v4/requests/${body.request_id}/status`)
    next.control.advance(600_000)
    expect(
      (await next.send(body.response_url, { headers: keyHeaders })).headers.get('x-fal-billable-units'),
    ).toBe(String(Number((2.35 / 0.157).toFixed(6))))
  })

  it('tolerates unknown keys and logs them', async () => {
    const rig = createRig()
    await rig.create(T2V, { prompt, seed: 1, fps: 24 })
    expect(rig.control.requests()[0]).toMatchObject({ op: 'create', unknownKeys: ['seed', 'fps'] })
  })
})

describe('credentials', () => {
  it.each([
    ['none', undefined],
    ['Bearer', keyHeaders.authorization.replace('Key', 'Bearer')],
    ['lower case', keyHeaders.authorization.replace('Key', 'key')],
    ['a bare key', keyHeaders.authorization.replace('Key ', '')],
    ['another key', 'Key nobody:knows'],
    ['half a key', keyHeaders.authorization.split(':')[0]],
  ])('%s: 401, before anything else', async (_name, authorization) => {
    const rig = createRig()
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization }
    expect((await rig.submit(T2V, {}, { headers })).status).toBe(401)
    expect((await rig.submit('no/such-app', {}, { headers })).status).toBe(401)
    expect((await rig.send(requestURL('x', '/status'), { headers })).status).toBe(401)
    expect(rig.control.ledger()).toEqual([])
  })

  it('records the scheme, never the key', async () => {
    const rig = createRig()
    await rig.create()
    expect(rig.control.requests()[0]?.authScheme).toBe('api-key')
    expect(JSON.stringify(rig.control.requests())).not.toContain('secret')
  })

  it('shows a request to its own account only', async () => {
    const accounts = [{ key: 'a:1' }, { key: 'b:2' }]
    const rig = createRig({ accounts })
    const { body } = await rig.submit(T2V, { prompt }, { headers: { authorization: 'Key a:1' } })
    const ask = async (key: string): Promise<number> =>
      (await rig.send(body.status_url, { headers: { authorization: `Key ${key}` } })).status
    expect([await ask('a:1'), await ask('b:2')]).toEqual([202, 404])
    expect(rig.control.ledger().map(({ account }) => account)).toEqual(['account-1'])
  })
})

describe('status', () => {
  it('goes through the queue, counting down, to COMPLETED', async () => {
    const rig = createRig()
    const id = await rig.create()
    const at = async (ms: number): Promise<unknown[]> => {
      rig.control.advance(ms)
      const { status, body } = await rig.status(id)
      return [status, body.status, body.queue_position]
    }
    expect(await at(0)).toEqual([202, 'IN_QUEUE', 2])
    expect(await at(1000)).toEqual([202, 'IN_QUEUE', 1])
    expect(await at(1000)).toEqual([202, 'IN_QUEUE', 0])
    expect(await at(1000)).toEqual([202, 'IN_PROGRESS', undefined])
    // 5 s pro: 12 s per second of clip, half as much again for pro.
    expect(await at(89_999)).toEqual([202, 'IN_PROGRESS', undefined])
    expect(await at(1)).toEqual([200, 'COMPLETED', undefined])
    expect((await rig.status(id)).body.metrics).toEqual({ inference_time: 90 })
  })

  it('can answer 200 all along', async () => {
    const rig = createRig({ waitingStatus: 200 })
    expect((await rig.status(await rig.create())).status).toBe(200)
  })

  it('has logs on demand, and null otherwise', async () => {
    const rig = createRig()
    const id = await rig.create()
    expect((await rig.status(id, '1')).body).not.toHaveProperty('logs')
    rig.control.advance(4000)
    for (const off of [undefined, '0', 'false']) expect((await rig.status(id, off)).body.logs).toBeNull()
    expect((await rig.status(id, '1')).body.logs).toHaveLength(1)
    rig.control.advance(90_000)
    expect((await rig.status(id, 'true')).body.logs?.map(({ message }) => message)).toEqual([
      'Task accepted by upstream',
      'Done',
    ])
  })
})

describe('follow-up paths', () => {
  it('are owner and alias, or the whole id, with the suffixes of both documents', async () => {
    const rig = createRig()
    const id = await rig.create()
    const ask = async (path: string, method = 'GET'): Promise<unknown> => {
      const { status, body } = await rig.send(`${QUEUE}${path}`, { method, headers: keyHeaders })
      return [status, body.status ?? body.detail]
    }
    const queued = [202, 'IN_QUEUE']
    const early = [400, 'Request is still in progress']
    const missing = [404, 'NOT_FOUND']
    expect(await ask(`/${KLING}/requests/${id}/status`)).toEqual(queued)
    expect(await ask(`/${T2V}/requests/${id}/status`)).toEqual(queued)
    expect(await ask(`/${KLING}/requests/${id}`)).toEqual(early)
    expect(await ask(`/${KLING}/requests/${id}/response`)).toEqual(early)
    expect(await ask(`/${T2V}/requests/${id}/response`)).toEqual(early)
    // Anything between the app and the whole id belongs to nobody.
    expect(await ask(`/${KLING}/v2.5-turbo/requests/${id}/status`)).toEqual(missing)
    expect(await ask(`/fal-ai/kling/requests/${id}/status`)).toEqual(missing)
    // Here `requests` is the alias.
    expect(await ask(`/fal-ai/requests/${id}/status`)).toEqual([405, 'Method Not Allowed'])
    expect(await ask(`/${KLING}/requests/${id}/logs`)).toEqual([404, 'Not Found'])
    expect(await ask(`/${KLING}/requests/${id.replace(/.$/, 'x')}/status`)).toEqual(missing)
    expect(await ask(`/${KLING}/requests/${id}/status`, 'POST')).toEqual([405, 'Method Not Allowed'])
    expect(await ask(`/${KLING}/requests/${id}/cancel`, 'POST')).toEqual([405, 'Method Not Allowed'])
    expect(await ask(`/${T2V}`)).toEqual([405, 'Method Not Allowed'])
    expect(rig.control.ledger()).toHaveLength(1)
  })

  it('can be limited to owner and alias', async () => {
    const rig = createRig({ fullIdFollowUps: false })
    const id = await rig.create()
    const full = await rig.send(`${QUEUE}/${T2V}/requests/${id}/status`, { headers: keyHeaders })
    expect([full.status, (await rig.status(id)).status]).toEqual([404, 202])
  })
})

describe('result', () => {
  it('is the bare output', async () => {
    const rig = createRig()
    const { status, headers, body } = await rig.finish()
    expect(status).toBe(200)
    expect(body).toEqual({
      video: {
        url: expect.stringMatching(
          /^https:\/\/v3b\.fal\.media\/files\/b\/[0-9a-f]{8}\/[0-9a-f]{21}_output\.mp4$/,
        ),
        content_type: 'video/mp4',
        file_name: 'output.mp4',
        file_size: expect.any(Number),
      },
    })
    expect(headers.get('x-fal-request-id')).toBe(rig.control.ledger()[0]?.taskId)
    expect(headers.get('x-fal-billable-units')).toBe('5')
  })

  it('may be no more than a URL', async () => {
    const { body } = await createRig({ outputFile: 'url-only' }).finish()
    expect(Object.keys(body.video)).toEqual(['url'])
  })

  it('is held for an hour, or as long as told', async () => {
    for (const [options, ms] of [
      [{}, 3_600_000],
      [{ resultTtlMs: 1000 }, 1000],
    ] as const) {
      const rig = createRig({ ...options, queuedMs: 0, processingMs: 0 })
      const id = await rig.create()
      expect((await rig.result(id)).status).toBe(200)
      rig.control.advance(ms - 1)
      expect((await rig.result(id)).status).toBe(200)
      rig.control.advance(1)
      expect(await rig.result(id)).toMatchObject({ status: 404, body: { status: 'NOT_FOUND' } })
      expect((await rig.status(id)).body.status).toBe('COMPLETED')
    }
  })
})
