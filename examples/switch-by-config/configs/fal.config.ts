import { defineConfig } from 'reelay/config'

export default defineConfig({
  provider: 'fal',
  providers: {
    kling: { use: 'kling' },
    piapi: { use: 'piapi' },
    fal: { use: 'fal' },
    replicate: { use: 'replicate' },
  },
  defaults: { model: 'kling-v3', mode: 'std' },
})
