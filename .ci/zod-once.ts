// How the published packages take zod: from one door of core's, `@reelay/core/zod`, packages/core/src/zod.ts.
// Imported as it is, zod/mini loads 64 files of translations, which took three quarters of the time that importing an
// adapter took in Node (zod 4.6, 2026-11-27). So Node, Bun and Deno get one file with what the packages use of it in it.
// Bundlers (the condition `module`, and all that is not `node`) drop what nobody uses, and get zod/mini itself, so that an
// app that has it too has it once.
import type { Options } from 'tsup'

type Plugin = NonNullable<Options['esbuildPlugins']>[number]

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
      for (const [outfile, external] of Object.entries({
        'dist/zod.js': [],
        'dist/zod-mini.js': ['zod/mini'],
      })) {
        const entryPoints = ['src/zod.ts']
        await build.esbuild.build({
          entryPoints,
          outfile,
          external,
          bundle: true,
          format: 'esm',
          target: 'es2022',
        })
      }
    })
  },
}
