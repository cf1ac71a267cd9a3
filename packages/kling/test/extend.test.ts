import { clipOf, type ExtendRequest, generate, type TextToVideoRequest } from '@reelay/core'
import { expect, test } from 'vitest'
import { createRig } from './world.ts'

const old: TextToVideoRequest = {
  kind: 'text-to-video',
  model: 'kling-v1-6',
  prompt: 'A paper boat',
  mode: 'pro',
}
const day = 86_400_000

test('a clip is made longer, and longer again, each time under an id of its own', async () => {
  const { kling, emulator } = createRig({}, { unverifiedModels: 'accept' })
  const first = await generate(kling, old)
  const again = (video: ExtendRequest['video']): ExtendRequest => ({
    kind: 'extend',
    model: 'kling-v1-6',
    mode: 'pro',
    video,
    prompt: 'It drifts on',
  })
  const second = await generate(kling, again(clipOf(first)))
  const third = await generate(kling, again(clipOf(second)))
  const lengths = [first, second, third].map(({ outputs }) => Math.round(outputs[0].duration ?? 0))
  expect(lengths).toEqual([5, 10, 14])
  expect(new Set([first, second, third].map(({ outputs }) => outputs[0].id)).size).toBe(3)
  expect(second.warnings).toMatchObject([{ field: 'model' }])
  // What it cost is known when it is done: 3.5 units, at the list price of a unit.
  expect(second.cost).toMatchObject({ native: { amount: 3.5, unit: 'unit' }, microUsd: 490_000 })
  expect(emulator.control.ledger()).toHaveLength(3)
})

test('an id that is past its days is refused here and there, and nothing is bought', async () => {
  const { kling, emulator, clock } = createRig({}, { unverifiedModels: 'accept' })
  const clip = clipOf(await generate(kling, old))
  await clock.sleep(30 * day)
  const request: ExtendRequest = { kind: 'extend', model: 'kling-v1-6', mode: 'pro', video: clip }
  expect(kling.check(request)).toMatchObject([{ field: 'video', rule: 'unreachable' }])
  const { endedAt: _, ...ageless } = clip
  // Whoever forgot when it ended is told by Kling.
  await expect(kling.submit({ ...request, video: ageless })).rejects.toMatchObject({ outcome: 'rejected' })
  expect(emulator.control.ledger()).toHaveLength(1)
})

test('a clip that was read again is the same request: one key, one purchase', async () => {
  const { kling, emulator } = createRig({}, { unverifiedModels: 'accept' })
  const clip = clipOf(await generate(kling, old))
  const request: ExtendRequest = { kind: 'extend', model: 'kling-v1-6', mode: 'pro', video: clip }
  const one = await kling.submit(request, { idempotencyKey: 'step-2' })
  const signedAnew = { ...clip, url: `${clip.url}?sign=2`, expiresAt: 1 }
  const other = await kling.submit({ ...request, video: signedAnew }, { idempotencyKey: 'step-2' })
  expect(other.id).toBe(one.id)
  expect(emulator.control.ledger()).toHaveLength(2)
})
