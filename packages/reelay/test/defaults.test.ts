import type { RenderRequest } from '@reelay/core'
import { createKling } from '@reelay/kling'
import { expect, it } from 'vitest'
import { withDefaults } from '../src/config/defaults.ts'

const boat: RenderRequest = { kind: 'text-to-video', prompt: 'A paper boat' }
const kling = createKling({ apiKey: 'a-key' })

it.each<[object, Partial<RenderRequest>, string]>([
  [{ model: 'kling-v2-6' }, {}, 'Your configuration names this model; std is what it has first.'],
  [{ model: 'kling-v2-6' }, { mode: 'pro' }, 'Your configuration names this model; you asked for this mode.'],
  [{ model: 'kling-v2-6', mode: 'pro' }, {}, 'Your configuration names this model and this mode.'],
  [{ mode: 'pro' }, {}, 'kling-v3 is the default; your configuration names this mode.'],
  [{ mode: 'pro' }, { model: 'kling-v2-6' }, 'You asked for this model; std is its cheapest mode.'],
])('with the defaults %j, %j is said to come from where it does', (defaults, edit, why) => {
  const request = { ...boat, ...edit } as RenderRequest
  expect(withDefaults(kling, defaults).appraise(request).chosen?.why).toBe(why)
})

it('leaves kinds that have models of their own to their own choice', () => {
  const link = 'https://example.com/a.png'
  const dressed: RenderRequest = { kind: 'virtual-try-on', personImage: link, garmentImage: link }
  const provider = withDefaults(kling, { model: 'kling-v2-6', mode: 'pro' })
  expect(provider.appraise(dressed)).toEqual(kling.appraise(dressed))
  expect(provider.check(dressed)).toEqual([])
})
