import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts', 'src/adapter.ts', 'src/node/index.ts', 'src/otel/index.ts'],
  format: 'esm',
  target: 'es2022',
  dts: true,
  clean: true,
  treeshake: true,
})
