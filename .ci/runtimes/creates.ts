import { createServer } from 'node:net'
import { join } from 'node:path'
import { rawServer, type SeenPost } from '../../packages/core/test/raw-server.ts'
import { answer, bin, own, toolsOf } from './tools.ts'
import { isolate } from './workerd.ts'

/** What an address where nobody listens came to, under the runtime's own fetch and under one around it. */
interface Refused {
  readonly own: string
  readonly wrapped: string
}

interface Row {
  readonly name: string
  readonly slow?: true
  readonly tools: readonly string[]
  /** Whether this runtime's errors can prove that a request never left. */
  readonly proves: boolean
  run(project: string, tools: string, base: string, closed: string): Promise<Refused>
}

const node = (name: string, version: string, more: Partial<Row> = {}): Row => ({
  name,
  tools: version ? [`node@${version}`] : [],
  proves: true,
  run: (project, tools, ...addresses) =>
    answer(version ? bin(tools, 'node') : join(own, 'node'), ['creates-main.js', ...addresses], project),
  ...more,
})

const rows: readonly Row[] = [
  node('Node 22', '22', { slow: true }),
  node('Node 22.19', '22.19.0'),
  node('Node 24', ''),
  node('Node 26', '26', { slow: true }),
  {
    name: 'Bun',
    slow: true,
    tools: ['bun'],
    proves: false,
    run: (project, tools, ...addresses) =>
      answer(bin(tools, 'bun'), ['creates-main.js', ...addresses], project),
  },
  {
    name: 'Deno',
    slow: true,
    tools: ['deno'],
    proves: false,
    run: (project, tools, ...addresses) =>
      answer(
        bin(tools, 'deno'),
        ['run', '-A', '--node-modules-dir=manual', 'creates-main.js', ...addresses],
        project,
      ),
  },
  {
    name: 'workerd',
    slow: true,
    tools: ['miniflare', 'esbuild'],
    proves: false,
    async run(project, tools, UP, CLOSED) {
      const { url, dispose } = await isolate(project, tools, 'creates-worker', { UP, CLOSED })
      try {
        const ask = async (from: number): Promise<Refused> =>
          (await (await fetch(`${url}?from=${from}`)).json()) as Refused
        for (let from = 300; from < 600; from += 30) await ask(from)
        return await ask(0)
      } finally {
        await dispose()
      }
    },
  },
]

/** An address where nobody listens. */
async function closedAddress(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}`
}

/** What a request was for: `/status/421`, `/fin`, and whether it was plain text, to compare. */
function purpose(path: string): string {
  const [first = '', second = ''] = path.split('/').slice(1)
  const name = ['status', 'close', 'after'].includes(first) ? `${first} ${second}` : first
  return path.endsWith('/text') ? `text, ${name}` : name
}

const breaks = ['fin', 'reset', 'half']
const statuses = Array.from({ length: 300 }, (_, index) => `status ${300 + index}`)

function faultOf(seen: readonly SeenPost[], { own: plain, wrapped }: Refused, { proves }: Row): string {
  const creates = Map.groupBy(
    seen.filter(({ path }) => !path.startsWith('/warm/') && !path.endsWith('/text')),
    ({ path }) => purpose(path),
  )
  const twice = [...creates].filter(([, posts]) => posts.length > 1).map(([name]) => name)
  const never = [...statuses, ...breaks].filter((name) => !creates.has(name))
  const framed = seen.filter(({ path, framing, body }) => {
    const whole = framing === `length ${Buffer.byteLength(body)}` && body.includes('Un bateau d’été')
    return !whole && !path.endsWith('/text')
  })
  const fresh = breaks.filter((name) => creates.get(name)?.some(({ reused }) => !reused))
  const expected = proves ? 'rejected' : 'unknown'
  return [
    twice.length > 0 && `left twice: ${twice}`,
    never.length > 0 && `never arrived: ${never}`,
    framed.length > 0 && `framed ${framed[0]?.framing}`,
    fresh.length > 0 && `not on a kept connection: ${fresh}`,
    plain !== expected && `a refused connection is ${plain}, not ${expected}`,
    wrapped !== 'unknown' && `a refused connection under a wrapper is ${wrapped}`,
  ]
    .filter(Boolean)
    .join('; ')
}

/** Counts creates in each runtime, prints a table, and answers how many rows are wrong. */
export async function countCreates(project: string, all: boolean): Promise<number> {
  let wrong = 0
  const line = (...cells: readonly string[]): void => {
    const [name = '', ...rest] = cells
    console.log(name.padEnd(14) + rest.map((cell) => cell.padEnd(18)).join(''))
  }
  console.log('\nPOSTs for one create: statuses 300 to 599, and kept connections that break off\n')
  line('runtime', 'text on 421', 'text, broken off', 'ours, at most', 'framing', 'refused connection')
  for (const row of rows) {
    if (row.slow && !all) {
      line(row.name, 'not tried (--all)')
      continue
    }
    const server = await rawServer()
    try {
      const tools = row.tools.length > 0 ? toolsOf(row.tools) : ''
      const came = await row.run(project, tools, server.base, await closedAddress())
      const count = (name: string): number => server.seen.filter(({ path }) => purpose(path) === name).length
      const ours = [...statuses, ...breaks].map(count)
      const fault = faultOf(server.seen, came, row)
      if (fault) wrong += 1
      const framing = new Set(
        server.seen.filter(({ path }) => !path.endsWith('/text')).map((one) => one.framing.split(' ')[0]),
      )
      line(
        row.name,
        String(count('text, status 421')),
        String(Math.max(...breaks.map((name) => count(`text, ${name}`)))),
        String(Math.max(...ours)),
        [...framing].join(', '),
        `${came.own}, wrapped ${came.wrapped}`,
        fault ? `WRONG: ${fault.slice(0, 300)}` : '',
      )
    } catch (error) {
      wrong += 1
      line(row.name, `WRONG: ${String(error).slice(0, 300)}`)
    } finally {
      server.close()
    }
  }
  return wrong
}
