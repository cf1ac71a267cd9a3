import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts', 'src/msw.ts', 'src/register.ts', 'src/register/shared.ts'],
  format: 'esm',
  target: 'node22',
  dts: true,
  clean: true,
})
