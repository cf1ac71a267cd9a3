import { defineConfig, env } from 'reelay/config'

export default defineConfig({
  provider: 'kling',
  providers: {
    kling: { use: 'kling', baseURL: env('REELAY_KLING_BASE_URL') },
    piapi: { use: 'piapi', baseURL: env('REELAY_PIAPI_BASE_URL') },
    fal: { use: 'fal', baseURL: env('REELAY_FAL_BASE_URL') },
    replicate: { use: 'replicate', baseURL: env('REELAY_REPLICATE_BASE_URL') },
  },
  defaults: { model: 'kling-v3', mode: 'std' },
})
