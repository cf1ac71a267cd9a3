import { readFileSync } from 'node:fs'
import { defineConfig } from 'tsup'
import { zodOnce } from '../../.ci/zod-once.ts'

// One entry for each door of package.json, so that `reelay` alone is enough where package managers hide what it brings.
const { exports } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'))
const files = Object.values<string>(exports).filter((file) => file.endsWith('.ts'))

export default defineConfig({
  entry: [...files, 'src/bin.ts'],
  format: 'esm',
  target: 'es2022',
  dts: { entry: files },
  clean: true,
  treeshake: true,
  // See .ci/zod-once.ts.
  esbuildPlugins: [zodOnce],
})
