import { defineConfig, env } from 'reelay/config'

export default defineConfig({
  provider: 'piapi',
  providers: {
    kling: {
      use: 'kling',
      baseURL: env('REELAY_KLING_BASE_URL'),
      official: env('REELAY_KLING_OFFICIAL'),
    },
    piapi: {
      use: 'piapi',
      baseURL: env('REELAY_PIAPI_BASE_URL'),
      official: env('REELAY_PIAPI_OFFICIAL'),
    },
    fal: {
      use: 'fal',
      baseURL: env('REELAY_FAL_BASE_URL'),
      official: env('REELAY_FAL_OFFICIAL'),
    },
    replicate: {
      use: 'replicate',
      baseURL: env('REELAY_REPLICATE_BASE_URL'),
      official: env('REELAY_REPLICATE_OFFICIAL'),
    },
  },
  defaults: { model: 'kling-v3', mode: 'std' },
})
