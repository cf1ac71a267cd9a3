import { defineConfig } from 'tsup'
import { zodOnce } from '../../.ci/zod-once.ts'

const doors = ['src/index.ts', 'src/kinds/index.ts', 'src/manifest.ts']

export default defineConfig({
  // Each kind a file of its own: bundlers leave whole files out, and not what a file does when it is loaded.
  entry: [...doors, 'src/kinds/*.ts'],
  format: ['esm'],
  target: ['es2022', 'node22'],
  dts: { entry: doors },
  clean: true,
  // See .ci/zod-once.ts.
  esbuildPlugins: [zodOnce],
})
