import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

interface Isolate {
  readonly ready: Promise<URL>
  dispose(): Promise<void>
}

/** Three requests that begin one after the other and run at the same time in one isolate, with one provider. */
export async function overlapping(
  project: string,
  base: string,
  tools: string,
): Promise<{ status: string; message?: string }> {
  const bundle = ['worker.js', '--bundle', '--format=esm', '--platform=neutral', '--main-fields=module,main']
  const out = ['--outfile=worker.out.mjs', '--log-level=error']
  execFileSync(join(tools, 'node_modules/.bin/esbuild'), [...bundle, ...out], { cwd: project })
  const found = createRequire(join(tools, 'package.json')).resolve('miniflare')
  const { Miniflare } = (await import(pathToFileURL(found).href)) as {
    Miniflare: new (options: object) => Isolate
  }
  const isolate = new Miniflare({
    modules: [
      {
        type: 'ESModule',
        path: 'worker.js',
        contents: readFileSync(join(project, 'worker.out.mjs'), 'utf8'),
      },
    ],
    compatibilityDate: '2026-05-01',
    bindings: { UP: base },
  })
  try {
    const url = await isolate.ready
    const got = await Promise.all(
      [0, 300, 600].map(async (ms) => {
        await new Promise((resolve) => setTimeout(resolve, ms))
        const answer = await fetch(`${url}?${ms}`, { signal: AbortSignal.timeout(90_000) })
        return (await answer.json()) as { status: string; message?: string }
      }),
    )
    return got.find(({ status }) => status !== 'succeeded') ?? { status: 'succeeded' }
  } finally {
    await isolate.dispose()
  }
}
