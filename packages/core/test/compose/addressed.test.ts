import { expect, it } from 'vitest'
import { failover } from '../../src/index.ts'
import { boat, instance, keyedSpec, plainSpec, render } from '../engine.ts'

const options = { keyed: { seed: 7 }, plain: { seed: 8 }, kling: { watermark_info: { enabled: true } } }
const request = { ...boat, providerOptions: options }

const rig = () => {
  const keyed = instance(keyedSpec, () => ({ status: 403, json: { error: { code: 'forbidden' } } }))
  const plain = instance(plainSpec, () => ({ json: render }), { clock: keyed.clock })
  return { keyed, plain, provider: failover([keyed.provider, plain.provider]) }
}

it('settings for an adapter that core has never heard of do not keep a request from the others', async () => {
  const { keyed, plain, provider } = rig()
  expect(provider.check(request)).toEqual([])
  expect(provider.quote(request).type).toBe('exact')
  const task = await provider.submit(request)
  expect(task.attempts?.map(({ provider: id, outcome }) => `${id} ${outcome}`)).toEqual([
    'keyed rejected',
    'plain accepted',
  ])
  expect([keyed.sent.length, plain.sent.length]).toEqual([1, 1])
})

it('a name that none of them answers to is a problem of each, alone and together', () => {
  const { keyed, provider } = rig()
  const wrong = { ...boat, providerOptions: { keyd: { seed: 7 } } }
  const problem = { field: 'providerOptions.keyd', rule: 'unknown-field' }
  expect(keyed.provider.check(wrong)).toMatchObject([
    { ...problem, fix: expect.stringContaining('mean keyed?') },
  ])
  expect(provider.check(wrong)).toMatchObject([problem])
  expect(keyed.provider.check(request)).toMatchObject([{ field: 'providerOptions.plain' }])
})
