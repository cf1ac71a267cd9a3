import { expect, test } from 'vitest'
import { providers } from '../../../reelay/src/providers.ts'
import { pageOf, renderAll } from './rendered.ts'

const page = new URL('../../../../docs/kinds/rendered.md', import.meta.url).pathname

test('every way to buy every kind ends in the file that was asked for, and the page says so', async () => {
  const all = await renderAll()
  expect(all.filter(({ wrong }) => wrong !== undefined)).toEqual([])
  expect(all.filter(({ offer, refused }) => offer.state === 'current' && refused !== undefined)).toEqual([])
  const titles = Object.entries(providers).map(([id, { manifest }]) => [id, manifest.title] as const)
  await expect(pageOf(all, titles)).toMatchFileSnapshot(page)
})
