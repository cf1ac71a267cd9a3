import { expect, it, vi } from 'vitest'
import { boat, caught, instance, plainSpec, render } from './engine.ts'

vi.mock('ky', () => {
  throw new Error('left out of the bundle')
})

it('a client that cannot be loaded is found out before the purchase is noted', async () => {
  const recorded: string[] = []
  const { provider, sent } = instance(plainSpec, () => ({ json: render }))
  const record = async ({ type }: { readonly type: string }): Promise<void> => void recorded.push(type)
  const error = await caught(provider.submit(boat, { record }))
  expect(error).toMatchObject({ code: 'ERR_CONFIG', outcome: 'none', provider: 'plain', account: 'default' })
  expect(error.message).toContain('the package ky')
  expect([recorded, sent]).toEqual([[], []])
})
