import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts', 'src/bin.ts', 'src/config/index.ts'],
  format: 'esm',
  target: 'es2022',
  dts: { entry: ['src/index.ts', 'src/config/index.ts'] },
  clean: true,
  treeshake: true,
})
