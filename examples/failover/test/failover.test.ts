import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { scenarios } from '../scenarios.ts'

const run = promisify(execFile)
const example = join(import.meta.dirname, '..')

/** Who was tried in each scenario, and what was paid for. */
const told = new Map<string, { tried: string[]; paid: string }>()

function read(stdout: string): void {
  const [, rule = '', ...lines] = stdout.trimEnd().split('\n')
  const widths = rule.split('  ').map(({ length }) => length)
  let current = ''
  for (const line of lines) {
    let from = 0
    const [when = '', ...cells] = widths.map((width) => {
      const cell = line.slice(from, from + width).trim()
      from += width + 2
      return cell
    })
    if (when !== '') current = when
    const entry = told.get(current) ?? { tried: [], paid: '' }
    told.set(current, entry)
    const paid = /^paid: (.*)$/.exec(cells.at(-1) ?? '')?.[1]
    if (paid === undefined) entry.tried.push(cells.join(' '))
    else entry.paid = paid
  }
}

beforeAll(async () => {
  const { stdout } = await run(process.execPath, ['index.ts'], {
    cwd: example,
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE },
  })
  read(stdout)
}, 60_000)

describe('the failover example', () => {
  it('plays every scenario', () => {
    expect([...told.keys()]).toEqual(scenarios.map(({ when }) => when))
  })

  it('never pays twice', () => {
    for (const { paid } of told.values()) expect(['nothing', 'kling', 'fal', 'replicate']).toContain(paid)
  })

  it.each(['nobody listens', 'wrong key', 'no rights', 'out of funds', 'rate limit', 'slots taken'])(
    'moves on to fal: %s',
    (when) => {
      expect(told.get(when)?.paid).toBe('fal')
      expect(told.get(when)?.tried).toHaveLength(2)
    },
  )

  it('goes on to Replicate when fal refuses as well', () => {
    expect(told.get('all but one are down')?.paid).toBe('replicate')
  })

  it.each(['answer lost', '500, not created', '500, but created', 'gateway page'])(
    'gets the task of Kling: %s',
    (when) => {
      expect(told.get(when)?.paid).toBe('kling')
    },
  )

  it.each(['content refused', 'request refused', 'all requests lost'])('stops: %s', (when) => {
    expect(told.get(when)?.tried).toHaveLength(1)
    expect(told.get(when)?.paid).toBe('nothing')
  })
})
