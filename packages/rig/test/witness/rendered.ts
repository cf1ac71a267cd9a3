import { type Kind, kinds, type Offer, ReelayError, type VideoProvider } from '@reelay/core'
import { leastRequest } from '@reelay/core/adapter'
import { waysToBuy } from '../../../testing/src/probe/every-kind.ts'
import { samplesFor } from '../../../testing/src/probe/samples.ts'
import { mismatch, misses, type Opened, openFile, wantedOf } from './artefact.ts'
import { createMarket, type Market } from './market.ts'

/** What one way to buy a kind came to: the files of one task, opened; or the provider's words where it refused. */
export interface Rendered {
  readonly offer: Offer
  readonly files: readonly Opened[]
  readonly refused?: string
  /** What of it is not what was asked for. */
  readonly wrong?: string
}

async function render(market: Market, provider: VideoProvider, offer: Offer): Promise<Rendered> {
  const request = await market.withClips(provider, leastRequest(offer, samplesFor(offer)))
  const { handle } = await provider.submit(request)
  const task = await market.ended(provider, handle)
  if (task.status !== 'succeeded') return { offer, files: [], wrong: `it ended ${task.status}` }
  const files: Opened[] = []
  for (const { url } of task.outputs) {
    const response = await market.emulator.fetch(url ?? '')
    files.push(await openFile(new Uint8Array(await response.arrayBuffer())))
  }
  const wanted = wantedOf(request)
  const wrong = wanted
    ? (misses(wanted, task.outputs) ?? files.map((file) => mismatch(wanted, file)).find((one) => one))
    : 'nobody has said what it should be'
  return { offer, files, ...(wrong !== undefined && { wrong }) }
}

/** One request for every way to buy every kind at every provider, to its finished and opened files. */
export async function renderAll(): Promise<readonly Rendered[]> {
  const market = await createMarket()
  const all: Rendered[] = []
  for (const provider of market.providers) {
    for (const kind of Object.keys(kinds) as Kind[]) {
      const { offers } = provider.catalog
      for (const way of waysToBuy(kind, offers)) {
        // Of rows that may not be sold any more, the first that the emulated provider still makes.
        const others = offers.filter((row) => row.kind === kind && row.route === way.route && row !== way)
        const rows =
          way.state === 'current' ? [way] : [...others.filter(({ state }) => state === way.state), way]
        let rendered: Rendered | undefined
        for (const offer of rows) {
          if (rendered && rendered.refused === undefined) break
          rendered = await render(market, provider, offer).catch((error: unknown): Rendered => {
            if (!ReelayError.isInstance(error)) throw error
            return { offer, files: [], refused: error.message }
          })
          market.emulator.control.reset()
        }
        if (rendered) all.push(rendered)
      }
    }
  }
  return all
}

const shown = ({ mediaType, seconds, width, height }: Opened): string =>
  [
    mediaType.replace(/^.*\//, '').toUpperCase(),
    ...(width === undefined ? [] : [`${width} × ${height}`]),
    ...(seconds === undefined ? [] : [`${Number(seconds.toFixed(1))} s`]),
  ].join(', ')

function line({ offer, files, refused, wrong }: Rendered): string {
  const { model, mode, state } = offer
  const [first] = files
  const count = files.length > 1 ? `${files.length} × ` : ''
  const what = wrong ?? (first ? count + shown(first) : `refused: ${refused}`)
  const name = `${model} ${mode}`
  return state === 'unverified' ? `${name}: unverified${first ? `; ${what}` : ''}` : `${name}: ${what}`
}

/** The table as a page: kinds down, providers across. */
export function pageOf(
  all: readonly Rendered[],
  providers: readonly (readonly [id: string, title: string])[],
): string {
  const rows = (Object.keys(kinds) as Kind[]).map((kind) => {
    const cells = providers.map(([id]) => {
      const lines = all.filter(({ offer }) => offer.kind === kind && offer.provider === id).map(line)
      return lines.length === 0 ? 'not sold' : lines.join('<br>')
    })
    return `| [${kind}](${kind}.md) | ${cells.join(' | ')} |`
  })
  return [
    '<!-- Written by packages/rig/test/witness/rendered.test.ts: vitest run that file with -u at the end. -->',
    '# Rendered',
    '',
    'One request for each way to buy each kind, run to its end on the emulator, the files opened and measured: what they are, their size in pixels and their length. The emulator keeps length and shape, and makes pictures small. `unverified`: whether the provider still sells it is not known; what stands beside it came from an emulator that was told so.',
    '',
    `| kind | ${providers.map(([, title]) => title).join(' | ')} |`,
    `|---|${providers.map(() => '---').join('|')}|`,
    ...rows,
    '',
  ].join('\n')
}
