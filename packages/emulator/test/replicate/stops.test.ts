import { describe, expect, it } from 'vitest'
import { API, advanceWhenHeld, createRig, creates, keyHeaders, MODEL, type Rig, validInput } from './rig.ts'

const cancel = (rig: Rig, id: string) => rig.post(`${API}/predictions/${id}/cancel`, '')

describe('cancel', () => {
  it('stops a running prediction, which is still charged', async () => {
    const rig = createRig({ queuedMs: 0 })
    const id = await rig.createId()
    rig.control.advance(1000)
    const { status, body } = await cancel(rig, id)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      status: 'canceled',
      logs: null,
      output: null,
      metrics: { predict_time: 1, total_time: 1 },
    })
    expect(rig.control.ledger()[0]).toMatchObject({ state: 'canceled', refunded: false })
    expect(rig.control.requests()[1]).toMatchObject({ op: 'cancel', taskId: id })
    rig.control.advance(600_000)
    expect((await rig.read(id)).status).toBe('canceled')
  })

  it('of a queued one costs nothing, and of an ended one changes nothing', async () => {
    const rig = createRig()
    const queued = await rig.createId()
    expect((await cancel(rig, queued)).body).not.toHaveProperty('started_at')
    expect(rig.control.ledger()[0]).toMatchObject({ state: 'canceled', refunded: true })
    const done = await rig.createId()
    rig.control.advance(200_000)
    expect((await cancel(rig, done)).body).toEqual(await rig.read(done))
    expect((await rig.read(done)).status).toBe('succeeded')
  })
})

describe('Cancel-After', () => {
  const after = (rig: Rig, value: string) => rig.create({}, MODEL, { 'cancel-after': value })

  it('aborts before the start, cancels after it, and lets a quicker one finish', async () => {
    const rig = createRig({
      queuedMs: ({ prompt }) => (prompt === 'late' ? 10_000 : 1000),
      processingMs: 8000,
    })
    const headers = { 'cancel-after': '5' }
    const late = await rig.createId({ prompt: 'late' }, MODEL, headers)
    const long = await rig.createId({}, MODEL, headers)
    const quick = await rig.createId({}, MODEL, { 'cancel-after': '9s' })
    rig.control.advance(60_000)
    const aborted = await rig.read(late)
    expect(aborted).toMatchObject({ status: 'aborted', metrics: { total_time: 5 }, output: null })
    expect(aborted).not.toHaveProperty('started_at')
    expect(await rig.read(long)).toMatchObject({ status: 'canceled', metrics: { predict_time: 4 } })
    expect((await rig.read(quick)).status).toBe('succeeded')
    expect(rig.control.ledger().map(({ refunded }) => refunded)).toEqual([true, false, false])
  })

  it.each([
    ['5', 5],
    ['30s', 30],
    ['5m', 300],
    ['2h', 7200],
    ['1h30m45s', 5445],
    ['24h', 86_400],
  ])('reads %s as %i seconds', async (value, seconds) => {
    const { status, body } = await after(createRig(), value)
    expect(status).toBe(201)
    expect(Date.parse(body.deadline ?? '') - Date.parse(body.created_at)).toBe(seconds * 1000)
  })

  it.each(['4', '4s', '25h', '', '-5', '5d', '1.5m', 'm', 'soon'])('refuses %j', async (value) => {
    const rig = createRig()
    expect((await after(rig, value)).status).toBe(422)
    expect(rig.control.ledger()).toEqual([])
  })
})

describe('Prefer: wait', () => {
  it('answers 201 with the output and the word processing', async () => {
    const rig = createRig({ queuedMs: 0, processingMs: 20_000 })
    advanceWhenHeld(rig, 20_000)
    const { status, headers, body } = await rig.create({}, MODEL, { prefer: 'wait' })
    expect(status).toBe(201)
    expect(headers.get('preference-applied')).toBe('wait')
    expect(body).toMatchObject({ status: 'processing', output: expect.stringContaining('.mp4'), logs: '' })
    for (const key of ['started_at', 'completed_at', 'metrics']) expect(body).not.toHaveProperty(key)
    expect((await rig.read(body.id)).status).toBe('succeeded')
  })

  it('may say succeeded', async () => {
    const rig = createRig({ queuedMs: 0, processingMs: 100, syncStatus: 'succeeded' })
    advanceWhenHeld(rig, 100)
    expect((await rig.create({}, MODEL, { prefer: 'wait=1' })).body.status).toBe('succeeded')
  })

  it('answers 202 starting when the wait is over, although the model runs', async () => {
    const rig = createRig()
    advanceWhenHeld(rig, 5000)
    const { status, headers, body } = await rig.create({}, MODEL, { prefer: 'wait=5' })
    expect([status, headers.get('preference-applied'), headers.get('location')]).toEqual([
      202,
      'wait=5',
      `${API}/predictions/${body.id}`,
    ])
    expect(body).toMatchObject({ status: 'starting', output: null })
    expect((await rig.read(body.id)).status).toBe('processing')
  })

  it('waits a minute at most', async () => {
    const rig = createRig({ processingMs: 600_000 })
    let held = 0
    rig.control.onEvent((event) => {
      if (event.type !== 'answer-held') return
      held = rig.control.now()
      rig.control.advance(60_000)
    })
    expect((await rig.create({}, MODEL, { prefer: 'wait=99' })).status).toBe(202)
    expect(rig.control.now() - held).toBe(60_000)
  })

  it('answers at once for a failure, a cancel or a forced end', async () => {
    const rig = createRig({ queuedMs: 0 })
    let act: (id: string) => unknown = () => rig.control.advance(200_000)
    rig.control.onEvent(async (event) => {
      if (event.type === 'answer-held') await act(event.taskId ?? '')
    })
    const wait = { prefer: 'wait=30' }
    act = (id) => rig.control.forceStatus(id, 'failed', 'E1001')
    expect((await rig.create({}, MODEL, wait)).body).toMatchObject({
      status: 'failed',
      error: 'Model ran out of memory (E1001)',
    })
    act = (id) => cancel(rig, id)
    expect((await rig.create({}, MODEL, wait)).body.status).toBe('canceled')
    act = (id) => rig.control.forceStatus(id, 'succeeded')
    expect((await rig.create({}, MODEL, wait)).body.output).toContain('https://replicate.delivery/')
  })

  it('goes on with the paid work of a client that leaves', async () => {
    const rig = createRig()
    const leaving = new AbortController()
    const gone = new Promise<string>((resolve) => {
      rig.control.onEvent((event) => {
        if (event.type === 'answer-held') leaving.abort()
        if (event.type === 'connection-lost') resolve(event.by)
      })
    })
    const headers = { ...keyHeaders, 'content-type': 'application/json', prefer: 'wait' }
    const body = JSON.stringify({ input: validInput })
    const sent = rig.emulator.fetch(creates(MODEL), { method: 'POST', headers, body, signal: leaving.signal })
    await expect(sent).rejects.toThrow('aborted')
    expect(await gone).toBe('client')
    expect(rig.control.ledger()).toHaveLength(1)
  })

  it.each(['wait=0', 'wait=100', 'wait = 5', 'respond-async'])(
    'refuses %s, or ignores it',
    async (prefer) => {
      expect((await createRig().create({}, MODEL, { prefer })).status).toBe(422)
      const { status, headers } = await createRig({ invalidPrefer: 'ignore' }).create({}, MODEL, { prefer })
      expect([status, headers.has('preference-applied')]).toEqual([201, false])
    },
  )
})
