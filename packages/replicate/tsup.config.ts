import { defineConfig } from 'tsup'
import { zodOnce } from '../../.ci/zod-once.ts'

export default defineConfig({
  entry: ['src/index.ts', 'src/kinds/index.ts', 'src/manifest.ts'],
  format: ['esm'],
  target: ['es2022', 'node22'],
  dts: true,
  clean: true,
  // See .ci/zod-once.ts.
  esbuildPlugins: [zodOnce],
})
