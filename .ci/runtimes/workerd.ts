import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

interface Isolate {
  readonly ready: Promise<URL>
  dispose(): Promise<void>
}

/** A worker out of a file of the project, with what it is given in its `env`. */
export async function isolate(
  project: string,
  tools: string,
  entry: string,
  bindings: Readonly<Record<string, string>>,
): Promise<{ readonly url: URL; dispose(): Promise<void> }> {
  const bundle = [
    `${entry}.js`,
    '--bundle',
    '--format=esm',
    '--platform=neutral',
    '--main-fields=module,main',
  ]
  const out = [`--outfile=${entry}.out.mjs`, '--log-level=error']
  execFileSync(join(tools, 'node_modules/.bin/esbuild'), [...bundle, ...out], { cwd: project })
  const found = createRequire(join(tools, 'package.json')).resolve('miniflare')
  const { Miniflare } = (await import(pathToFileURL(found).href)) as {
    Miniflare: new (options: object) => Isolate
  }
  const contents = readFileSync(join(project, `${entry}.out.mjs`), 'utf8')
  const running = new Miniflare({
    modules: [{ type: 'ESModule', path: `${entry}.js`, contents }],
    compatibilityDate: '2026-05-01',
    bindings,
  })
  return { url: await running.ready, dispose: () => running.dispose() }
}

/** Three requests that begin one after the other and run at the same time in one isolate, with one provider. */
export async function overlapping(
  project: string,
  base: string,
  tools: string,
): Promise<{ status: string; message?: string }> {
  const { url, dispose } = await isolate(project, tools, 'worker', { UP: base })
  try {
    const got = await Promise.all(
      [0, 300, 600].map(async (ms) => {
        await new Promise((resolve) => setTimeout(resolve, ms))
        const answer = await fetch(`${url}?${ms}`, { signal: AbortSignal.timeout(90_000) })
        return (await answer.json()) as { status: string; message?: string }
      }),
    )
    return got.find(({ status }) => status !== 'succeeded') ?? { status: 'succeeded' }
  } finally {
    await dispose()
  }
}
