import { type Draft, type HttpRequest, type Offer, present, sell, virtualTryOn } from '@reelay/core/adapter'
import { createTask, type PiapiKind, type Setup } from '../create.ts'
import { images } from './video-rows.ts'

/**
 * `ai_try_on` (n8n node of the vendor and the docs index, 2025 and 2026). PiAPI names no model: garments in parts came
 * with 1.5. Data URIs are refused by it, so bytes go to the upload host.
 */
const rowFor = (priced: boolean): Offer<'virtual-try-on'> => ({
  provider: 'piapi',
  kind: 'virtual-try-on',
  model: 'kolors-virtual-try-on-v1-5',
  mode: 'std',
  state: 'current',
  route: 'ai_try_on',
  nativeModel: 'kling',
  limits: { images, parts: true, keeps: false, most: 4 },
  price: {
    unit: 'usd',
    unitUsd: 1_000_000,
    per: 'image',
    // Two pages of the vendor's disagree: the docs say $0.07 an image, the product page a tenth of it.
    rates: priced ? { any: [0.007, 0.07] } : {},
    source: 'piapi.ai/docs/kling-api/virtual-try-on-api and piapi.ai/it/virtual-try-on',
    asOf: '2026-03-01',
  },
  // A completed task of two images took three minutes; the rest as for clips.
  timing: { expectedMs: 180_000, pollFloorMs: 5_000, readSpacingMs: 1_000, tasksPerRead: 1 },
  source: 'piapi.ai/docs/kling-api/virtual-try-on-api',
  asOf: '2026-11-26',
})

function encode({ request, options, media, webhookUrl }: Draft<'virtual-try-on'>, setup: Setup): HttpRequest {
  const own = present({
    model_input: media.personImage?.value,
    dress_input: media.garmentImage?.value,
    upper_input: media.upperImage?.value,
    lower_input: media.lowerImage?.value,
    // Always said: it is what is paid for.
    batch_size: request.n ?? 1,
  })
  return createTask(
    { model: 'kling', taskType: 'ai_try_on', input: { ...options, ...own }, webhookUrl },
    setup,
  )
}

/**
 * A person dressed in a garment, as one instance wants it.
 *
 * @example
 * ```ts
 * import { createPiapiWith, piapiTryOn } from '@reelay/piapi/kinds'
 * export const piapi = createPiapiWith({ kinds: [piapiTryOn] })
 * ```
 */
export const tryOnOf: PiapiKind<'virtual-try-on'> = (setup) =>
  sell([virtualTryOn], {
    rows: [rowFor(setup.serviceMode === 'public')],
    encode: (draft) => encode(draft, setup),
  })
