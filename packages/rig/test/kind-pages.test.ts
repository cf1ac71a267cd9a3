import { type Kind, kinds, type RenderRequest } from '@reelay/core'
import { createProvider } from 'reelay/config'
import { describe, expect, it } from 'vitest'
import { kindPages, plainRow, requestFor } from '../../../.ci/kind-pages.ts'
import { kindTexts } from '../../../.ci/kind-texts.ts'
import { providerIds } from '../src/all.ts'

const sellers = await Promise.all(providerIds.map((id) => createProvider(id)))
const names = Object.keys(kinds) as Kind[]
const pages = new Map((await kindPages()).map(({ path, text }) => [path, text]))
const pageOf = (kind: Kind): string => pages.get(`docs/kinds/${kind}.md`) ?? ''

// That they are what is in docs/kinds is a matter of the list of providers, like all that follows from it.
describe.each(names)('the page of %s', (kind) => {
  it('has a request that whoever sells it takes', () => {
    const row = plainRow(kind, sellers)
    const problems = row?.provider.check(requestFor(row.offer) as unknown as RenderRequest) ?? []
    expect(problems).toEqual([])
    expect(pageOf(kind)).toContain(row ? `kind: '${kind}',` : 'No provider here sells it.')
  })

  it('says what it is, and how to ask for something good', () => {
    expect(Object.keys(kindTexts)).toContain(kind)
    expect(kindTexts[kind]?.prompting.length).toBeGreaterThan(200)
  })

  it('names every field, and every row with its state', () => {
    for (const field of kinds[kind].fields)
      if (field !== 'kind') expect(pageOf(kind)).toContain(`\`${field}\``)
    const rows = sellers.flatMap(({ catalog }) => catalog.offers).filter((offer) => offer.kind === kind)
    for (const { model, mode, state } of rows)
      expect(pageOf(kind)).toContain(`| \`${model}\` | ${mode} | ${state} |`)
  })
})

describe('the matrix', () => {
  it('has a line for every kind', () => {
    for (const kind of names) expect(pages.get('docs/kinds/README.md')).toContain(`[${kind}](${kind}.md)`)
  })
})
