import { defineConfig } from 'tsup'

// One entry for each door of package.json, so that `reelay` alone is enough where package managers hide what it brings.
const doors = [
  'index',
  'config/index',
  'kling',
  'piapi',
  'fal',
  'replicate',
  'emulator',
  'node',
  'otel',
  'sql',
]
const files = doors.map((door) => `src/${door}.ts`)

export default defineConfig({
  entry: [...files, 'src/bin.ts'],
  format: 'esm',
  target: 'es2022',
  dts: { entry: files },
  clean: true,
  treeshake: true,
})
