// How the published packages take zod: from one file of core's, `@reelay/core/zod`, with what they use of zod/mini in it.
// Imported as it is, zod/mini loads 64 files of translations, which took three quarters of the time that importing an
// adapter took in Node (zod 4.6, 2026-11-27). Bundlers, which drop what nobody uses, get zod/mini itself, so that an app that
// has it too has it once.
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Options } from 'tsup'
import * as zod from 'zod/mini'

type Plugin = NonNullable<Options['esbuildPlugins']>[number]

const root = fileURLToPath(new URL('..', import.meta.url))

/** What the packages use of zod/mini, as a module that hands it on. */
function parts(): string {
  const sources = globSync('packages/*/src/**/*.ts', { cwd: root }).map((file) =>
    readFileSync(`${root}/${file}`, 'utf8'),
  )
  const users = sources.filter((text) => text.includes("import * as z from 'zod/mini'"))
  const used = new Set(
    users.flatMap((text) => [...text.matchAll(/\bz\.(\w+)/g)].map(([, name]) => name ?? '')),
  )
  const names = [...used].filter((name) => /^[a-z]/.test(name) && name !== 'core' && name in zod).sort()
  return `export { ${names.join(', ')} } from 'zod/mini'\n`
}

/** For the build of a package that uses zod. */
export const zodOnce: Plugin = {
  name: 'zod-once',
  setup(build) {
    build.onResolve({ filter: /^zod\/mini$/ }, () => ({ path: '@reelay/core/zod', external: true }))
  },
}

/** For core's own build: the file, and what bundlers get. */
export const zodDoor: Plugin = {
  name: 'zod-door',
  setup(build) {
    build.onEnd(async () => {
      const contents = parts()
      const stdin = { contents, resolveDir: `${root}/packages/core` }
      const outfile = 'dist/zod.js'
      await build.esbuild.build({ stdin, outfile, bundle: true, format: 'esm', target: 'es2022' })
      writeFileSync('dist/zod-mini.js', contents)
    })
  },
}

// Afterwards, since tsup sweeps out what it does not know: `node ../../.ci/zod-once.ts` in core's folder writes its types.
if (import.meta.main) writeFileSync('dist/zod.d.ts', parts())
