import { defineConfig } from 'tsup'
import { zodDoor, zodOnce } from '../../.ci/zod-once.ts'

export default defineConfig({
  entry: ['src/index.ts', 'src/adapter.ts', 'src/node/index.ts', 'src/otel/index.ts'],
  format: 'esm',
  target: 'es2022',
  dts: true,
  clean: true,
  treeshake: true,
  // See .ci/zod-once.ts.
  noExternal: ['zod/mini'],
  esbuildPlugins: [zodOnce, zodDoor],
})
