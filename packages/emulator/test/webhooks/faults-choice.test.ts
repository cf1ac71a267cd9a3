import { describe, expect, it } from 'vitest'
import { last, play, signed } from './fault-rig.ts'
import { createRig, creates, HOOK, MINUTE } from './rig.ts'

describe('faults of webhooks', () => {
  it('reorder: the next message comes first', async () => {
    const rig = createRig()
    const fault = rig.control.webhooks.fault({ kind: 'reorder' })
    await creates.kling(rig)
    await rig.pass(3000)
    expect(rig.received).toEqual([])
    await rig.pass(MINUTE)
    expect(rig.received.map(({ json }) => json.task_status)).toEqual(['succeed', 'processing'])
    const { rig: many } = await play('replicate', {
      kind: 'reorder',
      match: ({ event }) => event === 'output',
    })
    expect(many.sent().map(({ event }) => event)).toEqual(['completed', 'output'])
    expect(fault.hits).toBe(1)
  })

  it('reorder: waits for a message that another one follows', async () => {
    const { rig, hits } = await play('fal', { kind: 'reorder' })
    expect([rig.received.length, hits]).toEqual([1, 0])
    expect(rig.sent()[0]).not.toHaveProperty('fault')
  })

  it('no-payload: fal says that its result is not in it', async () => {
    const { rig, genuine } = await play('fal', { kind: 'no-payload' })
    expect(last(rig).json).toMatchObject({
      status: 'OK',
      error: null,
      payload: null,
      payload_error: 'Response payload is not JSON serializable',
    })
    expect(genuine).toEqual([true])
    const others = await play('kling', { kind: 'no-payload', times: Infinity })
    expect([others.hits, others.genuine]).toEqual([0, [true, true]])
  })

  it('reach an account of Kling without a secret too, where nothing is signed', async () => {
    const forged = createRig()
    forged.control.webhooks.fault({ kind: 'forged', on: 'progress' })
    forged.control.webhooks.fault({ kind: 'wrong-key', on: 'terminal' })
    await creates.kling(forged)
    await forged.pass(3000)
    await forged.pass(MINUTE)
    const [lie, foreign] = forged.received
    expect(lie?.json).toMatchObject({ task_status: 'succeed' })
    expect(lie?.text).toContain('attacker.invalid')
    expect(lie?.headers).not.toHaveProperty('webhook-signature')
    expect(foreign?.headers).toHaveProperty('webhook-signature')

    const unstamped = createRig()
    const stale = unstamped.control.webhooks.fault({ kind: 'stale' })
    await creates.kling(unstamped)
    await unstamped.pass(MINUTE)
    expect([stale.hits, unstamped.received.length]).toEqual([0, 2])
  })

  it('are chosen by provider, kind of message, skip, times and match, and can be taken out', async () => {
    const rig = createRig(signed)
    const { webhooks } = rig.control
    const elsewhere = webhooks.fault({ kind: 'drop', provider: 'fal', times: Infinity })
    const seen: unknown[] = []
    const never = webhooks.fault({
      kind: 'drop',
      match: (info) => {
        seen.push(info)
        return false
      },
    })
    const second = webhooks.fault({ kind: 'drop', on: 'progress', skip: 1, times: 2 })
    const ids: string[] = []
    for (let count = 0; count < 5; count += 1) {
      ids.push(await creates.kling(rig))
      await rig.pass(3000)
    }
    expect(rig.sent().map(({ fault }) => fault)).toEqual([undefined, 'drop', 'drop', undefined, undefined])
    expect([elsewhere.hits, never.hits, second.hits]).toEqual([0, 0, 2])
    expect(seen[0]).toEqual({
      provider: 'kling',
      taskId: ids[0],
      url: HOOK,
      event: 'processing',
      terminal: false,
      attempt: 1,
    })
    const endless = webhooks.fault({ kind: 'drop', times: Infinity })
    await rig.pass(MINUTE)
    expect(endless.hits).toBe(5)
    endless.remove()
    await creates.kling(rig)
    await rig.pass(MINUTE)
    expect(endless.hits).toBe(5)
  })

  it('are forgotten by a reset, with all that was sent or scheduled', async () => {
    const rig = createRig()
    rig.control.webhooks.fault({ kind: 'drop', times: Infinity })
    await creates.kling(rig)
    await rig.pass(3000)
    rig.control.reset()
    await rig.pass(60 * MINUTE)
    expect([rig.sent(), rig.received]).toEqual([[], []])
    await creates.kling(rig)
    await rig.pass(MINUTE)
    expect(rig.received).toHaveLength(2)
  })
})
