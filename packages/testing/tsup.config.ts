import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { index: 'src/index.ts', clock: 'src/clock/index.ts' },
  format: 'esm',
  target: 'node22',
  dts: true,
  clean: true,
  external: ['vitest', '@reelay/core'],
})
