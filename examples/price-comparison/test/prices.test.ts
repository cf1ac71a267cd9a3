import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { isVideoOffer, mostOf, type VideoProvider } from '@reelay/core'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cheapestMix } from '../mix.ts'
import { providers } from '../providers.ts'
import { sheetOf } from '../sheet-csv.ts'
import { type Job, readWorkload, requestOf } from '../workload.ts'

const example = join(import.meta.dirname, '..')
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reelay-prices-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const heading = 'what,kind,model,mode,seconds,sound,count'
const everything = { listOnly: false, anyModel: false }

/** The workload's jobs, which are all right. */
function jobsOf(...rows: readonly string[]): readonly Job[] {
  const { jobs, problems } = readWorkload([heading, ...rows].join('\n'), providers)
  expect(problems).toEqual([])
  return jobs
}

/** The lowest price of a line, by asking each provider for each of its rows. */
function lowest(job: Job, from: readonly VideoProvider[], listOnly: boolean): number | undefined {
  const prices = from.flatMap((provider) =>
    provider.catalog.offers.filter(isVideoOffer).flatMap(({ kind, model, mode, state, limits }) => {
      if (kind !== job.kind || mode !== job.mode || (job.model ?? model) !== model) return []
      if (state === 'discontinued' || (!job.model && state !== 'current')) return []
      if (!job.sound && limits.audio === 'always') return []
      const { problems, quote } = provider.appraise(requestOf(job, model))
      if (problems.length > 0 || quote.type === 'unknown') return []
      return listOnly && quote.basis === 'derived' ? [] : [mostOf(quote) ?? Number.NaN]
    }),
  )
  return prices.length === 0 ? undefined : Math.min(...prices)
}

async function node(...args: readonly string[]) {
  const env = { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE }
  return promisify(execFile)(process.execPath, args, { cwd: example, env })
    .then(({ stdout, stderr }) => ({ code: 0, stdout, stderr }))
    .catch(({ code, stdout, stderr }) => ({ code, stdout, stderr }))
}

describe('the cheapest mix', () => {
  it.each([false, true])(
    'is what asking everybody for everything finds, list prices alone: %s',
    (listOnly) => {
      let priced = 0
      for (const kind of ['text-to-video', 'image-to-video'])
        for (const model of ['any', 'kling-v3', 'kling-v2-6', 'kling-v1-6', 'kling-v2-1'])
          for (const mode of ['std', 'pro', '4k'])
            for (const seconds of [5, 10])
              for (const sound of ['no', 'yes']) {
                const [job] = jobsOf(`clip,${kind},${model},${mode},${seconds},${sound},3`)
                if (!job) throw new Error('no job')
                const { lines, total } = cheapestMix([job], providers, { listOnly, anyModel: false })
                const price = lowest(job, providers, listOnly)
                const where = JSON.stringify(job)
                expect(lines[0]?.best?.total, where).toBe(price)
                expect(total, where).toBe((price ?? 0) * 3)
                if (price === undefined) expect(lines[0]?.why, where).toMatch(/\S/)
                else priced += 1
              }
      expect(priced).toBeGreaterThan(30)
    },
  )

  it('takes any model of the same kind, mode, length and sound where that is allowed', () => {
    const jobs = jobsOf('clip,text-to-video,kling-v2-1-master,pro,10,no,7')
    const fixed = cheapestMix(jobs, providers, everything)
    const free = cheapestMix(jobs, providers, { ...everything, anyModel: true })
    expect(fixed.lines[0]?.best?.model).toBe('kling-v2-1-master')
    expect(free.total).toBeLessThan(fixed.total)
    expect(free.lines[0]?.best).toMatchObject({
      kind: 'text-to-video',
      mode: 'pro',
      seconds: 10,
      sound: false,
    })
  })

  it('names the single provider that costs the least for everything, and what others lack', () => {
    const jobs = jobsOf('a,,kling-v3,std,5,no,100', 'b,,kling-v2-6,pro,10,yes,10')
    const { total, alone } = cheapestMix(jobs, providers, everything)
    const each = alone.filter(({ lacks }) => lacks.length === 0).map((one) => one.total)
    expect(each).toEqual([...each].sort((a, b) => a - b))
    expect(Math.min(...each)).toBeGreaterThanOrEqual(total)
    for (const { provider, total: sum, lacks } of alone) {
      const own = providers.filter(({ id }) => id === provider)
      const asked = jobs.map((job) => [job, lowest(job, own, false)] as const)
      expect(lacks).toEqual(asked.filter(([, price]) => price === undefined).map(([job]) => job))
      expect(sum).toBe(asked.reduce((all, [job, price]) => all + (price ?? 0) * job.count, 0))
    }
  })

  it('never counts a line without a price, and never takes it for free', () => {
    const jobs = jobsOf('old,,kling-v1-5,std,5,no,20', 'new,,kling-v3,std,5,no,1')
    const mix = cheapestMix(jobs, providers, everything)
    expect(mix.lines[0]?.best).toBeUndefined()
    expect(mix.total).toBe(mix.lines[1]?.best?.total)
    const [first, , total] = parse(sheetOf(mix), { columns: true }) as Record<string, string>[]
    expect(first).toMatchObject({ unit_dollars: '', month_dollars: '', provider: '' })
    expect(first?.note).toContain('NO PRICE')
    expect(total?.note).toContain('1 of 2 lines')
  })

  it('writes sums that a spreadsheet comes to as well, and no cell that it would run', () => {
    const jobs = jobsOf('"=cmd, ""x""",,kling-v3,std,5,no,100', 'b,image-to-video,any,pro,10,no,33')
    const mix = cheapestMix(jobs, providers, everything)
    const rows = parse(sheetOf(mix), { columns: true }) as Record<string, string>[]
    expect(rows[0]?.what).toBe(`'=cmd, "x"`)
    const [lines, [total, all]] = [rows.slice(0, 2), rows.slice(2)]
    for (const { unit_dollars, month_dollars, count, as_of, source } of lines) {
      expect(Number(month_dollars)).toBeCloseTo(Number(unit_dollars) * Number(count), 6)
      expect(as_of).toMatch(/^\d{4}-\d\d-\d\d$/)
      expect(source).toMatch(/\S/)
    }
    expect(Number(total?.month_dollars)).toBeCloseTo(
      lines.reduce((sum, row) => sum + Number(row.month_dollars), 0),
      6,
    )
    expect(all?.provider).toBe(mix.alone[0]?.provider)
  })
})

describe('a workload', () => {
  it('is told what is wrong with it, line by line', () => {
    const rows = [
      heading,
      'a,text-to-vido,kling-v3,std,5,no,1',
      '"two',
      'lines",,kling-v9,std,5,no,1',
      ',,any,hd,five,maybe,1.5',
      'd,,any,std,5,no',
    ]
    const { jobs, problems } = readWorkload(rows.join('\n'), providers)
    expect(jobs).toEqual([])
    const told = problems.map(({ line, text }) => `${line} ${text}`)
    expect(told[0]).toBe('2 kind: nobody sells "text-to-vido". Did you mean text-to-video?')
    expect(told[1]).toMatch(/^3 model: nobody sells "kling-v9"\./)
    expect(told.slice(2, 7).map((text) => text.slice(0, text.indexOf(':')))).toEqual(
      ['what', 'mode', 'seconds', 'sound', 'count'].map((column) => `5 ${column}`),
    )
    expect(told[7]).toMatch(/^6 .*column/i)
    expect(told).toHaveLength(8)
  })

  it.each([
    ['what,secs,count\na,5,1', 'column "secs"'],
    ['what,seconds\na,5', 'The column count is missing.'],
    ['what,seconds,count,count\na,5,1,1', 'The column count is there twice.'],
    [heading, 'There are no rows.'],
    ['', 'There are no rows.'],
  ])('needs its columns and rows: %j', (csv, text) => {
    const { jobs, problems } = readWorkload(csv, providers)
    expect(jobs).toEqual([])
    expect(problems.map((one) => `${one.line} ${one.text}`).join()).toContain(text)
  })
})

describe('the commands', () => {
  it('print what the README shows', async () => {
    const readme = await readFile(join(example, 'README.md'), 'utf8')
    const clip = await node('cheapest.ts', 'kling-v2-6', 'pro', '10', 'sound')
    const month = await node('sheet.ts', 'workload.csv')
    for (const text of [clip.stdout, month.stdout, month.stderr]) {
      expect(text.trim()).not.toBe('')
      expect(readme).toContain(text.trim())
    }
    expect(month.code).toBe(0)
  })

  it('write the sheet of the providers that are allowed into a file', async () => {
    const out = join(folder, 'month.csv')
    const { code, stdout } = await node(
      'sheet.ts',
      '--providers',
      'fal,replicate',
      '--list-only',
      '--out',
      out,
    )
    expect([code, stdout]).toEqual([0, ''])
    const rows = parse(await readFile(out, 'utf8'), { columns: true }) as Record<string, string>[]
    const bought = rows.slice(0, -2).filter(({ provider }) => provider !== '')
    expect(bought.length).toBeGreaterThan(1)
    for (const { provider, basis } of bought) {
      expect(['fal', 'replicate']).toContain(provider)
      expect(basis).toBe('list')
    }
  })

  it('refuse what they cannot read, without a stack', async () => {
    const bad = join(folder, 'bad.csv')
    await writeFile(bad, `${heading}\na,,kling-v3,std,5,no,0\n`)
    for (const [args, text] of [
      [[bad], 'line 2: count: "0"'],
      [['none.csv'], 'There is no readable file none.csv.'],
      [['--providers', 'klng'], 'Did you mean kling?'],
      [['--cheap'], "Unknown option '--cheap'"],
    ] as const) {
      const { code, stdout, stderr } = await node('sheet.ts', ...args)
      expect([code, stdout], stderr).toEqual([2, ''])
      expect(stderr).toContain(text)
      expect(stderr).not.toMatch(/^ {4}at /m)
    }
  })
})
