import { ALL_FORMATS, BufferSource, Input } from 'mediabunny'
import { describe, expect, it } from 'vitest'
import { demoCredentials, type EmulatorOptions } from '../../src/index.ts'
import created from './fixtures/create_extend_video.json' with { type: 'json' }
import completed from './fixtures/get_task_completed_extend.json' with { type: 'json' }
import { createRig, MINUTE, TASK } from './rig.ts'

type Json = Record<string, unknown>

/** Keys and types, arrays by their first item. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shape)
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value
  const entries = Object.entries(value).map(([key, inner]) => [key, shape(inner)] as const)
  return Object.fromEntries(entries.sort(([a], [b]) => a.localeCompare(b)))
}

const body = (origin_task_id: string): Json => ({
  ...created.request.body,
  input: { origin_task_id },
})

async function rigWithSource(over: Json = {}, options: EmulatorOptions = {}) {
  const rig = createRig(options)
  const id = await rig.createTask({ version: '1.6', ...over })
  rig.control.advance(3 * MINUTE)
  return { rig, id }
}

describe('extend_video', () => {
  it('answers as the recorded pairs do, with the whole clip at the end', async () => {
    const { rig, id } = await rigWithSource()
    const answer = await rig.post(TASK, body(id))
    expect(answer.status).toBe(200)
    expect(shape(answer.body)).toEqual(shape(created.response.body))
    expect(answer.body.data).toMatchObject({ task_type: 'extend_video', input: { origin_task_id: id } })
    rig.control.advance(10 * MINUTE)
    const done = await rig.get(`${TASK}/${answer.body.data.task_id}`)
    expect(shape(done.body)).toEqual(shape(completed.response.body))
    const { output, meta } = done.body.data
    expect(output).toMatchObject({ type: 'm2v_extend_video', works: [{ video: { duration: 10_100 } }] })
    expect(meta.usage).toEqual(completed.response.body.data.meta.usage)
    const file = new Uint8Array(await (await rig.emulator.fetch(output.video_url)).arrayBuffer())
    const input = new Input({ source: new BufferSource(file), formats: ALL_FORMATS })
    expect(await input.computeDuration()).toBeCloseTo(10, 1)
  })

  it('can be done again', async () => {
    const { rig, id } = await rigWithSource()
    const once = (await rig.post(TASK, body(id))).body.data.task_id
    rig.control.advance(10 * MINUTE)
    const twice = (await rig.post(TASK, body(once))).body.data.task_id
    rig.control.advance(10 * MINUTE)
    expect((await rig.task(twice)).output.works[0].video.duration).toBe(15_100)
  })

  const refused = async (
    rig: Awaited<ReturnType<typeof rigWithSource>>['rig'],
    sent: Json,
  ): Promise<string> => {
    const { status, body: answer } = await rig.post(TASK, sent)
    expect(status).toBe(400)
    return answer.message
  }

  it('refuses what is no completed task of the account, or cannot be extended', async () => {
    const { rig, id } = await rigWithSource()
    expect(await refused(rig, body('00000000-0000-4000-8000-000000000001'))).toContain('origin_task_id')
    expect(await refused(rig, body(''))).toContain('origin_task_id')
    const pending = await rig.createTask({ version: '1.6' })
    expect(await refused(rig, body(pending))).toContain('not the id of a completed task')
    const other = await rigWithSource({ version: '2.6' })
    expect(await refused(other.rig, body(other.id))).toContain('cannot be extended')
    expect((await rig.post(TASK, body(id))).status).toBe(200)
  })

  it('knows no other account’s tasks', async () => {
    const { apiKey } = demoCredentials.piapi
    const accounts = [{ apiKeys: [apiKey] }, { apiKeys: ['another-key'] }]
    const { rig, id } = await rigWithSource({}, { piapi: { accounts } })
    expect((await rig.post(TASK, body(id), { 'x-api-key': 'another-key' })).status).toBe(400)
  })

  it('is gone where the pages of 2026 are taken at their word', async () => {
    const { rig, id } = await rigWithSource({}, { piapi: { unverifiedTaskTypes: 'refuse' } })
    expect(await refused(rig, body(id))).toContain('not available')
  })
})
