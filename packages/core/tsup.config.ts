import { defineConfig } from 'tsup'
import { zodDoor, zodOnce } from '../../.ci/zod-once.ts'

const entry = ['src/index.ts', 'src/adapter.ts', 'src/node/index.ts', 'src/otel/index.ts']

export default defineConfig({
  // Each kind a file of its own: bundlers leave whole files out, and not what a file does when it is loaded.
  entry: [...entry, 'src/kinds/*.ts'],
  format: 'esm',
  target: 'es2022',
  dts: { entry: [...entry, 'src/zod.ts'] },
  clean: true,
  treeshake: true,
  // See .ci/zod-once.ts.
  noExternal: ['zod/mini'],
  esbuildPlugins: [zodOnce, zodDoor],
})
