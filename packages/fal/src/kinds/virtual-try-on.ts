import { type Draft, type HttpRequest, type Offer, type Sold, sell, virtualTryOn } from '@reelay/core/adapter'
import { routes } from '../routes.ts'
import { images, timingOf } from './pace.ts'

const page = 'fal.ai/models/fal-ai/kling/v1-5/kolors-virtual-try-on'

/** One endpoint, of an app of its own (its page and the endpoint types of fal-js, 2026). */
const row: Offer<'virtual-try-on'> = {
  provider: 'fal',
  kind: 'virtual-try-on',
  model: 'kolors-virtual-try-on-v1-5',
  mode: 'std',
  state: 'current',
  route: 'kling',
  nativeModel: `${routes.kling?.path.slice(1)}/v1-5/kolors-virtual-try-on`,
  limits: { images: images(10), parts: false, keeps: false, most: 1 },
  // $0.07 per generation, which is one picture.
  price: { unit: 'unit', unitUsd: 70_000, per: 'image', rates: { any: 1 }, source: page, asOf: '2026-11-26' },
  timing: timingOf(30_000),
  source: page,
  asOf: '2026-11-26',
}

/** The create call of a checked request; `sync_mode` would send the picture instead of its address, and is left out. */
const encode = ({ offer, options, media, webhookUrl }: Draft<'virtual-try-on'>): HttpRequest => ({
  method: 'POST',
  path: `/${offer.nativeModel}`,
  ...(webhookUrl !== undefined && { query: { fal_webhook: webhookUrl } }),
  json: {
    ...options,
    human_image_url: media.personImage?.value,
    garment_image_url: media.garmentImage?.value,
  },
})

/**
 * A person dressed in a garment.
 *
 * @example
 * ```ts
 * import { createFalWith, falTryOn } from '@reelay/fal/kinds'
 * export const fal = createFalWith({ kinds: [falTryOn] })
 * ```
 */
export const tryOn: Sold<'virtual-try-on'> = sell([virtualTryOn], { rows: [row], encode })
