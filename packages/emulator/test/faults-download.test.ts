import { describe, expect, it } from 'vitest'
import { finishedClip, rejection } from './kling/clients.ts'
import { createRig } from './kling/rig.ts'

describe('faults of a download', () => {
  it('expired, redirect and html-as-video', async () => {
    const rig = createRig()
    const url = await finishedClip(rig)
    rig.control.fault({ on: 'download', kind: 'expired' })
    expect((await rig.send(url)).status).toBe(403)
    rig.control.fault({ on: 'download', kind: 'redirect' })
    const moved = await rig.emulator.fetch(url, { redirect: 'manual' })
    expect([moved.status, moved.headers.get('location')]).toEqual([302, `${url}?redirected=1`])
    rig.control.fault({ on: 'download', kind: 'redirect' })
    expect((await rig.emulator.fetch(url)).headers.get('content-type')).toBe('video/mp4')
    rig.control.fault({ on: 'download', kind: 'html-as-video' })
    const page = await rig.send(url)
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    rig.control.fault({ on: 'download', kind: 'html-as-video', contentType: 'video/mp4' })
    expect((await rig.send(url)).headers.get('content-type')).toBe('video/mp4')
  })

  it('truncated, cut without a length, and reset', async () => {
    const rig = createRig()
    const url = await finishedClip(rig)
    const whole = (await (await rig.emulator.fetch(url)).arrayBuffer()).byteLength
    rig.control.fault({ on: 'download', kind: 'truncated', afterBytes: 100 })
    const short = await rig.emulator.fetch(url)
    expect(short.headers.get('content-length')).toBe(String(whole))
    expect((await short.arrayBuffer()).byteLength).toBe(100)
    rig.control.fault({ on: 'download', kind: 'no-length-cut' })
    const cut = await rig.emulator.fetch(url)
    expect(cut.headers.has('content-length')).toBe(false)
    expect((await cut.arrayBuffer()).byteLength).toBe(Math.floor(whole / 2))
    rig.control.fault({ on: 'download', kind: 'reset-mid-answer' })
    expect(await rejection((await rig.emulator.fetch(url)).arrayBuffer())).toMatchObject({
      message: 'terminated',
    })
  })

  it('stall waits for the clock, or for an abort', async () => {
    const rig = createRig()
    const url = await finishedClip(rig)
    const whole = new Uint8Array(await (await rig.emulator.fetch(url)).arrayBuffer())
    rig.control.fault({ on: 'download', kind: 'stall', afterBytes: 10, ms: 1000 })
    const stop = rig.control.onEvent((event) => {
      if (event.type === 'answer-held') rig.control.advance(1000)
    })
    const reader = (await rig.emulator.fetch(url)).body?.getReader()
    expect((await reader?.read())?.value).toHaveLength(10)
    const rest = reader?.read()
    expect((await rest)?.value).toEqual(whole.slice(10))
    stop()

    rig.control.fault({ on: 'download', kind: 'stall', afterBytes: 10 })
    const controller = new AbortController()
    const stalled = await rig.emulator.fetch(url, { signal: controller.signal })
    const body = stalled.arrayBuffer()
    controller.abort(new Error('enough'))
    expect(await rejection(body)).toMatchObject({ message: 'enough' })
    expect(rig.control.requests().at(-1)?.outcome).toBe('client-gone')
  })
})
