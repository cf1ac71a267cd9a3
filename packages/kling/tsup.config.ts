import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts', 'src/manifest.ts'],
  format: ['esm'],
  target: ['es2022', 'node22'],
  dts: true,
  clean: true,
})
