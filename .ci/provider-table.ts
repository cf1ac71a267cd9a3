// The README's provider table, from what the adapters themselves say: their catalogues and their methods.
import { isVideoOffer, type Offer, type VideoProvider } from '@reelay/core'
import { createProvider } from 'reelay/config'
import { providers as listed } from '../packages/reelay/src/providers.ts'

const start = '<!-- provider table: written by .ci/providers.ts -->'
const end = '<!-- end of the provider table -->'

const features: Readonly<Record<string, (provider: VideoProvider, sold: readonly Offer[]) => boolean>> = {
  'text to video': (_, sold) => sold.some(({ kind }) => kind === 'text-to-video'),
  'image to video': (_, sold) => sold.some(({ kind }) => kind === 'image-to-video'),
  'end image': (_, sold) => sold.filter(isVideoOffer).some(({ limits }) => limits.endImage !== false),
  sound: (_, sold) => sold.filter(isVideoOffer).some(({ limits }) => limits.audio !== 'never'),
  '4k': (_, sold) => sold.some(({ mode }) => mode === '4k'),
  'files, not only URLs': (_, sold) =>
    sold
      .filter(isVideoOffer)
      .some(({ limits }) => limits.images !== false && limits.images.forms.some((form) => form !== 'url')),
  'finds a lost purchase': ({ find }) => find !== undefined,
  'reads many tasks at once': ({ getMany }) => getMany !== undefined,
  cancels: ({ cancel }) => cancel !== undefined,
}

/** The table as Markdown. */
export async function providerTable(): Promise<string> {
  const providers = await Promise.all(Object.keys(listed).map((id) => createProvider(id)))
  const cells = Object.values(listed).map(
    ({ manifest: { id, title } }) => `[${title}](packages/${id}/README.md)`,
  )
  const rows = Object.entries(features).map(([name, has]) => {
    const marks = providers.map((provider) => {
      const sold = provider.catalog.offers.filter(({ state }) => state !== 'discontinued')
      return has(provider, sold) ? '✓' : '–'
    })
    return `| ${name} | ${marks.join(' | ')} |`
  })
  const models = providers.map(
    ({ catalog }) =>
      new Set(catalog.offers.filter(({ state }) => state === 'current').map(({ model }) => model)).size,
  )
  return [
    `| | ${cells.join(' | ')} |`,
    `|---|${providers.map(() => ':-:').join('|')}|`,
    ...rows,
    `| current models | ${models.join(' | ')} |`,
  ].join('\n')
}

/** The README with the table in its place. */
export async function withTable(text: string): Promise<string> {
  const [before, rest] = text.split(start)
  const [, after] = (rest ?? '').split(end)
  if (before === undefined || after === undefined)
    throw new Error('the README has lost the marks of its table')
  return `${before}${start}\n${await providerTable()}\n${end}${after}`
}
