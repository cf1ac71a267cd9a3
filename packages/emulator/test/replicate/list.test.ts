import { describe, expect, it } from 'vitest'
import { API, createRig, type Listing, type Rig } from './rig.ts'

const LIST = `${API}/predictions`

async function createMany(rig: Rig, count: number, everyMs = 0): Promise<string[]> {
  const ids: string[] = []
  for (let index = 0; index < count; index += 1) {
    ids.push(await rig.createId())
    if (everyMs > 0) rig.control.advance(everyMs)
  }
  return ids
}

const idsOf = ({ results }: Listing): string[] => results.map(({ id }) => id)

async function walk(rig: Rig, url: string): Promise<Listing[]> {
  const pages: Listing[] = []
  for (let next: string | null = url; next !== null; ) {
    const { body }: { body: Listing } = await rig.get(next)
    pages.push(body)
    next = body.next
  }
  return pages
}

describe('the list', () => {
  it.each([0, 1000])('has pages of a hundred, newest first, created every %i ms', async (everyMs) => {
    const rig = createRig()
    const newest = (await createMany(rig, 230, everyMs)).reverse()
    const pages = await walk(rig, LIST)
    expect(pages.map(({ results }) => results.length)).toEqual([100, 100, 30])
    expect(pages.flatMap(idsOf)).toEqual(newest)
    expect(pages.map(({ previous }) => previous === null)).toEqual([true, false, false])

    const back = (await rig.get(pages[2]?.previous ?? '')).body
    expect(idsOf(back)).toEqual(newest.slice(100, 200))
    expect(idsOf((await rig.get(back.previous ?? '')).body)).toEqual(newest.slice(0, 100))
    expect(idsOf((await rig.get(back.next ?? '')).body)).toEqual(newest.slice(200))
  })

  it('names a place by time, so that new predictions do not move it', async () => {
    const rig = createRig()
    const ids = await createMany(rig, 150, 10)
    const { next } = (await rig.get(LIST)).body
    const cursor = atob(new URL(next ?? '').searchParams.get('cursor') ?? '')
    expect(cursor).toMatch(/^p=\d{4}-\d\d-\d\d\+\d\d%3A\d\d%3A\d\d\.\d{6}%2B00%3A00$/)
    await createMany(rig, 5, 10)
    expect(idsOf((await rig.get(next ?? '')).body)).toEqual(ids.slice(0, 50).reverse())
  })

  it('filters by time of creation: from inclusive, to exclusive, kept in the links', async () => {
    const rig = createRig()
    const start = rig.control.now()
    const ids = await createMany(rig, 3, 1000)
    const at = (index: number): string => encodeURIComponent(new Date(start + index * 1000).toISOString())
    expect(idsOf((await rig.get(`${LIST}?created_after=${at(1)}`)).body)).toEqual([ids[2], ids[1]])
    expect(idsOf((await rig.get(`${LIST}?created_before=${at(1)}`)).body)).toEqual([ids[0]])
    expect((await rig.get(`${LIST}?created_after=yesterday`)).status).toBe(422)
    expect((await rig.get(`${LIST}?source=web`)).body.results).toEqual([])
    expect((await rig.get(`${LIST}?cursor=%21`)).status).toBe(404)
    await createMany(rig, 100)
    const { next } = (await rig.get(`${LIST}?created_after=${at(0)}`)).body
    expect(next).toContain(`created_after=${at(0)}&cursor=`)
  })

  it('holds whole predictions, or thin ones', async () => {
    const rig = createRig()
    const id = await rig.createId()
    rig.control.advance(200_000)
    expect((await rig.get(LIST)).body.results).toEqual([await rig.read(id)])
    expect(rig.control.requests().map(({ op }) => op)).toEqual(['create', 'list', 'query'])

    const old = createRig({ listItems: 'thin' })
    await old.createId()
    old.control.advance(200_000)
    const item = (await old.get(LIST)).body.results[0]
    expect(item).toMatchObject({ status: 'succeeded', urls: {} })
    for (const key of ['input', 'output', 'error', 'logs']) expect(item).not.toHaveProperty(key)
  })
})
