import type { VideoProvider } from '@reelay/core'
import { expect, it, onTestFinished, vi } from 'vitest'
import { crashed } from '../src/probe/attempt.ts'
import { fakeDescriptor } from './fake/world.ts'

it('a crash comes also to a provider that never sends its POST, and the case has its verdict', async () => {
  const world = await fakeDescriptor('plain').world()
  onTestFinished(() => world.close?.())
  const waiting: VideoProvider['submit'] = (_, options) =>
    new Promise((_, reject) => {
      options?.abortSignal?.addEventListener('abort', () => reject(options.abortSignal?.reason))
    })
  const createProvider = (): VideoProvider => ({ ...world.createProvider(), submit: waiting })
  // A minute of the machine's own goes by at each look.
  let now = performance.now()
  const looks = vi.spyOn(performance, 'now').mockImplementation(() => {
    now += 60_000
    return now
  })
  onTestFinished(() => looks.mockRestore())
  const { error, posts } = await crashed({ ...world, createProvider })
  expect([error, posts]).toEqual(['killed', 0])
})
