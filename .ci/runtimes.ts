// Installs the packed tarballs in a folder of their own and renders one clip with them in each runtime and bundle that we
// promise, from a fake Kling on loopback. Prints a table; ends with 1 when a row is wrong. Needs a build.
// Then counts, for every status and every way in which a connection breaks off, how often a create leaves each of them.
//   node .ci/runtimes.ts           what is quick: this Node, an old one, bundles, a caching fetch
//   node .ci/runtimes.ts --all     also other Nodes, Bun, Deno and workerd, out of npm
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { packAll } from './pack.ts'
import { countCreates } from './runtimes/creates.ts'
import { clipBytes, type FakeKling, fakeKling } from './runtimes/fake-kling.ts'
import { answer, bin, call, install, own, toolsOf } from './runtimes/tools.ts'
import { overlapping } from './runtimes/workerd.ts'

interface Result {
  readonly status: string
  readonly bytes?: number
  readonly code?: string
  readonly outcome?: string
  readonly message?: string
}

interface Row {
  readonly name: string
  /** Only with `--all`. */
  readonly slow?: true
  /** What it needs out of npm. */
  readonly tools?: readonly string[]
  /** `clip`: rendered. `file`: and saved. `refused`: nothing bought, and said why. */
  readonly end: 'clip' | 'file' | 'refused'
  readonly posts: number
  run(project: string, kling: FakeKling, tools: string): Promise<Result>
}

const all = process.argv.includes('--all')
const folder = mkdtempSync(join(tmpdir(), 'reelay-runtimes-'))
const fixtures = resolve('.ci/runtimes')

let files = 0
const file = (): string => join(folder, `clip-${files++}.mp4`)

/** One file, bundled as people do for a server. */
async function bundled(project: string, format: 'esm' | 'cjs', entry: string): Promise<string> {
  const out = join(project, `bundle-${format}.${format === 'esm' ? 'mjs' : 'cjs'}`)
  const main = format === 'esm' ? [] : ['--supported:top-level-await=true']
  const args = [entry, '--bundle', '--platform=node', `--format=${format}`, `--outfile=${out}`, ...main]
  await call(bin(toolsOf(['esbuild']), 'esbuild'), [...args, '--log-level=error'], project)
  return out
}

const node = (name: string, version: string, more: Partial<Row> = {}): Row => ({
  name,
  tools: [`node@${version}`],
  end: 'file',
  posts: 1,
  run: (project, { base }, tools) =>
    answer<Result>(bin(tools, 'node'), ['with-files.js', base, file()], project),
  ...more,
})

/** The same with a journal in a file, submitted twice. */
const journaled = (name: string, tool: string, command: readonly string[], more: Partial<Row> = {}): Row => ({
  name: `${name}, journal in SQLite`,
  tools: [tool],
  end: 'clip',
  posts: 1,
  run(project, { base }, tools) {
    const [program = '', ...args] = command
    return answer<Result>(bin(tools, program), [...args, 'journaled.js', base, `${file()}.db`], project)
  },
  ...more,
})

const rows: readonly Row[] = [
  node('Node 20', '20', { end: 'refused', posts: 0 }),
  node('Node 22', '22', { slow: true }),
  node('Node 22.19, require()', '22.19.0', {
    run: (project, { base }, tools) =>
      answer<Result>(bin(tools, 'node'), ['required.cjs', base, file()], project),
  }),
  {
    ...node('Node 24', ''),
    tools: [],
    run: (project, { base }) => answer<Result>(join(own, 'node'), ['with-files.js', base, file()], project),
  },
  node('Node 26', '26', { slow: true }),
  {
    name: 'Bun',
    slow: true,
    tools: ['bun'],
    end: 'file',
    posts: 1,
    run: (project, { base }, tools) =>
      answer<Result>(bin(tools, 'bun'), ['with-files.js', base, file()], project),
  },
  {
    name: 'Deno',
    slow: true,
    tools: ['deno'],
    end: 'file',
    posts: 1,
    run: (project, { base }, tools) =>
      answer<Result>(
        bin(tools, 'deno'),
        ['run', '-A', '--node-modules-dir=manual', 'with-files.js', base, file()],
        project,
      ),
  },
  journaled('Node 22.19', 'node@22.19.0', ['node']),
  journaled('Node 26', 'node@26', ['node'], { slow: true }),
  journaled('Bun', 'bun', ['bun'], { slow: true }),
  journaled('Deno', 'deno', ['deno', 'run', '-A', '--node-modules-dir=manual'], { slow: true }),
  {
    name: 'workerd, 3 requests at a time',
    slow: true,
    tools: ['miniflare', 'esbuild'],
    end: 'clip',
    posts: 3,
    run: (project, { base }, tools) => overlapping(project, base, tools),
  },
  {
    name: 'esbuild, ESM',
    tools: ['esbuild'],
    end: 'file',
    posts: 1,
    run: async (project, { base }) =>
      answer<Result>(
        join(own, 'node'),
        [await bundled(project, 'esm', 'with-files.js'), base, file()],
        folder,
      ),
  },
  {
    name: 'esbuild, CJS',
    tools: ['esbuild'],
    end: 'file',
    posts: 1,
    run: async (project, { base }) =>
      answer<Result>(
        join(own, 'node'),
        [await bundled(project, 'cjs', 'required.cjs'), base, file()],
        folder,
      ),
  },
  {
    name: 'Vite, for the browser',
    end: 'clip',
    posts: 1,
    async run(project, { base }) {
      const config = `export default { logLevel: 'error', build: { outDir: 'vite', target: 'esnext', lib: { entry: 'without-files.js', formats: ['es'], fileName: 'app' } } }`
      writeFileSync(join(project, 'vite.config.js'), config)
      await call(join(own, 'vite'), ['build'], project)
      return answer<Result>(join(own, 'node'), ['vite/app.js', base], project)
    },
  },
  {
    name: 'a fetch that caches, as Next.js has',
    end: 'file',
    posts: 1,
    run: (project, { base }) =>
      answer<Result>(
        join(own, 'node'),
        ['--import', './next-like.js', 'with-files.js', base, file()],
        project,
      ),
  },
]

function verdict({ end, posts }: Row, got: Result, bought: number): string | undefined {
  const { status, bytes, code, outcome, message = '' } = got
  if (bought !== posts) return `${bought} paid, not ${posts}`
  if (end === 'refused') {
    const said = code === 'ERR_CONFIG' && outcome === 'none' && /lacks .*Node 2/s.test(message)
    return said ? undefined : `not refused: ${status} ${message}`
  }
  if (status !== 'succeeded') return `${code ?? status}: ${message}`
  return end === 'file' && bytes !== clipBytes ? `${bytes} bytes saved, not ${clipBytes}` : undefined
}

const table: string[] = []
let wrong = 0
function line(name: string, paid: string, seconds: string, what: string): void {
  table.push(`${name.padEnd(36)}${paid.padEnd(6)}${seconds.padEnd(8)}${what}`)
  console.log(table.at(-1))
}

const startedAt = performance.now()
const project = join(folder, 'project')
const tarballs = packAll(folder)
const wanted = ['@reelay/core', '@reelay/kling', '@reelay/fal', '@reelay/sql']
install(project, Object.fromEntries(wanted.map((name) => [name, `file:${tarballs.get(name)}`])))
cpSync(fixtures, project, { recursive: true })
console.log(`packed and installed in ${((performance.now() - startedAt) / 1_000).toFixed(0)} s\n`)
line('runtime', 'paid', 'took', 'result')
for (const row of rows) {
  if (row.slow && !all) {
    line(row.name, '', '', 'not tried (--all)')
    continue
  }
  let tools = ''
  try {
    if (row.tools?.length) tools = toolsOf(row.tools)
  } catch {
    wrong += 1
    line(row.name, '', '', `WRONG: npm has not given ${row.tools?.join(' and ')}`)
    continue
  }
  const kling = await fakeKling()
  const from = performance.now()
  const fault = await row.run(project, kling, tools).then(
    (got) => ({ said: verdict(row, got, kling.posts()), message: got.message }),
    (error: unknown) => ({ said: String(error), message: undefined }),
  )
  const seconds = ((performance.now() - from) / 1_000).toFixed(1)
  if (fault.said) wrong += 1
  const right = { clip: 'clip', file: 'clip, saved', refused: `refused: ${fault.message?.slice(0, 70)} …` }[
    row.end
  ]
  line(
    row.name,
    String(kling.posts()),
    `${seconds} s`,
    fault.said ? `WRONG: ${fault.said.slice(0, 200)}` : right,
  )
  kling.close()
}
wrong += await countCreates(project, all)
console.log(`\n${((performance.now() - startedAt) / 1_000).toFixed(0)} s in all, ${wrong} wrong`)
rmSync(folder, { recursive: true, force: true })
process.exitCode = wrong > 0 ? 1 : 0
