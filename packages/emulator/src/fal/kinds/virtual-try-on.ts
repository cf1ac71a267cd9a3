import type { Schema } from '../../engine/fields.ts'
import { isRecord } from '../../http/json.ts'
import { detail } from '../failures.ts'
import { checkBody, type Endpoint, type FalKind } from './kind.ts'

const input: Schema = {
  human_image_url: { type: 'string', format: 'file', required: true },
  garment_image_url: { type: 'string', format: 'file', required: true },
  sync_mode: { type: 'boolean' },
}

// The page's price of a generation, 2026.
const PRICE = 70_000

const tryOn: Endpoint = {
  id: 'fal-ai/kling/v1-5/kolors-virtual-try-on',
  op: 'kolors-virtual-try-on',
  tier: 'standard',
  input,
  startImage: 'human_image_url',
  unitMicroUsd: PRICE,
  unit: 'generations',
  // One picture, under a name of its own.
  output: ([image]) => ({ image: image ?? {} }),
  read(json) {
    if (json === undefined) return [detail(['body'], 'json_invalid', 'JSON decode error')]
    if (!isRecord(json))
      return [detail(['body'], 'model_type', 'Input should be a valid object', { input: json })]
    const errors = checkBody(input, json)
    if (errors.length > 0) return errors
    return {
      seconds: 0,
      files: [{ type: 'png' }],
      references: [String(json.garment_image_url)],
      aspect: 3 / 4,
      prompt: '',
      microUsd: PRICE,
      units: 1,
      body: json,
    }
  },
}

/** A person dressed in a garment. */
export const virtualTryOn: FalKind = {
  apps: { 'fal-ai/kling': new Map([['v1-5/kolors-virtual-try-on', tryOn]]) },
}
