import { type ComparedOffer, formatUsd, type OfferGroup } from '@reelay/core'
import { logger, None, parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import { qualityInWords, totalOf } from '../cli/offers.ts'
import { ink, line, muted, providerColours } from './colours.ts'
import { escaped } from './escape.ts'

/** Widths in CSS pixels for which each chart is drawn: text that is scaled down cannot be read. */
const widths = { wide: 860, narrow: 350 } as const

type NameOf = (offer: ComparedOffer) => string

/** One price as a chart draws it. */
interface Point {
  readonly group: string
  readonly name: string
  readonly dollars: number
  readonly label: string
  readonly isDerived: boolean
  readonly seconds?: number
}

const font = 'system-ui, sans-serif'
const config = {
  aria: false,
  background: 'transparent',
  font,
  view: { stroke: null },
  axis: {
    labelColor: ink.light,
    titleColor: muted.light,
    titleFontWeight: 'normal',
    gridColor: line.light,
    domainColor: line.light,
    tickColor: line.light,
    labelFontSize: 12,
    titleFontSize: 12,
  },
  header: { labelColor: ink.light, labelFontSize: 13, labelFontWeight: 'bold', labelAnchor: 'start' },
  legend: { labelColor: ink.light, labelFontSize: 12, symbolStrokeWidth: 2 },
} as const

const shapes = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down', 'triangle-right']

/** Providers in the order of the page, each with a colour of its own as far as there are any. */
function colourScale(names: readonly string[]) {
  const range = names.map((_, at) => providerColours[at % providerColours.length]?.light ?? ink.light)
  return { domain: [...names], range }
}

function pointOf(offer: ComparedOffer, group: string, nameOf: NameOf): Point {
  const { total, basis, seconds } = offer
  const isDerived = basis === 'derived'
  const about = { group, name: nameOf(offer), dollars: total / 1_000_000, label: totalOf(offer), isDerived }
  return seconds === undefined ? about : { ...about, seconds }
}

/** Pixels that the longest of some texts needs. */
const roomFor = (texts: readonly string[]): number => Math.max(...texts.map(({ length }) => length)) * 7 + 14

async function draw(spec: TopLevelSpec): Promise<string> {
  const view = new View(parse(compile(spec, { logger: logger(None) }).spec), { renderer: 'none' })
  try {
    return await view.toSVG()
  } finally {
    view.finalize()
  }
}

/** Both drawings of a chart, of which a page's style shows the one that fits. */
async function figure(
  label: string,
  caption: string,
  specFor: (width: number) => TopLevelSpec,
): Promise<string> {
  const drawn = Object.entries(widths).map(async ([name, width]) => {
    const svg = await draw(specFor(width))
    const [, height = '0'] = /height="(\d+)"/.exec(svg) ?? []
    const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`
    // Vega cannot measure a text here, and guesses it too wide. Inside HTML its names need no address.
    const open = `<svg class="${name}" role="img" aria-label="${escaped(label)}" ${size}><title>${escaped(label)}</title>`
    // One picture with one name: Vega gives roles to its parts, and names to none of them.
    return svg.replace(/ (role|aria-[a-z]+)="[^"]*"/g, '').replace(/^<svg[^>]*>/, () => open)
  })
  return `<figure>${(await Promise.all(drawn)).join('')}<figcaption>${escaped(caption)}</figcaption></figure>`
}

const dollarAxis = { title: 'US dollars for the whole clip', format: '$,.2~f', tickCount: 5 } as const

/**
 * Bars: what each provider asks, for each model and mode.
 *
 * @param names Of all providers of the page: each has one colour in all charts.
 */
export async function barChart(
  groups: readonly OfferGroup[],
  names: readonly string[],
  nameOf: NameOf,
): Promise<string> {
  const points = groups.flatMap(({ quality, offers }) =>
    offers.map((offer) => pointOf(offer, qualityInWords(quality), nameOf)),
  )
  if (points.length === 0) return ''
  const titles = [...new Set(points.map(({ group }) => group))]
  const [cheapest] = [...points].sort((a, b) => a.dollars - b.dollars)
  const label = `Bars: ${points.length} prices of ${titles.length} models and modes; the lowest is ${cheapest?.label} at ${cheapest?.name} for ${cheapest?.group}.`
  const most = Math.max(...points.map(({ dollars }) => dollars))
  const y = { field: 'name', type: 'nominal', sort: null, title: null } as const
  // Room for the names on one side, and for the amounts on the other.
  const nameRoom = Math.min(roomFor(names), 150)
  const labelRoom = roomFor(points.map((point) => point.label))
  const specFor = (width: number): TopLevelSpec => ({
    data: { values: [...points] },
    facet: { field: 'group', type: 'nominal', sort: titles, header: { title: null } },
    columns: 1,
    spacing: 14,
    resolve: { scale: { y: 'independent' }, axis: { x: 'independent' } },
    spec: {
      width: width - nameRoom - labelRoom,
      height: { step: 22 },
      layer: [
        {
          mark: { type: 'bar', height: 14, strokeWidth: 1.5 },
          encoding: {
            x: {
              field: 'dollars',
              type: 'quantitative',
              scale: { domain: [0, most] },
              axis: null,
            },
            y: {
              ...y,
              axis: {
                minExtent: nameRoom,
                maxExtent: nameRoom,
                labelLimit: 0,
                ticks: false,
                domain: false,
                labelPadding: 6,
              },
            },
            color: { field: 'name', type: 'nominal', scale: colourScale(names), legend: null },
            stroke: { field: 'name', type: 'nominal', scale: colourScale(names), legend: null },
            fillOpacity: { condition: { test: 'datum.isDerived', value: 0.15 }, value: 1 },
            strokeDash: { condition: { test: 'datum.isDerived', value: [4, 2] }, value: [1, 0] },
          },
        },
        {
          mark: { type: 'text', align: 'left', dx: 6, fontSize: 12, fill: ink.light },
          encoding: {
            x: { field: 'dollars', type: 'quantitative' },
            y,
            text: { field: 'label', type: 'nominal' },
          },
        },
      ],
    },
    config,
  })
  return figure(label, 'Dashed bars and ~ are derived prices: no list says them.', specFor)
}

/**
 * Points: what each provider asks, for each length of the model that was asked for.
 *
 * @param names Of all providers of the page.
 */
export async function lengthChart(
  groups: readonly OfferGroup[],
  names: readonly string[],
  nameOf: NameOf,
): Promise<string> {
  const points = groups.flatMap(({ quality: { seconds: _, ...plain }, offers }) =>
    offers.map((offer) => pointOf(offer, qualityInWords(plain), nameOf)),
  )
  const lengths = points.flatMap(({ seconds }) => seconds ?? [])
  if (lengths.length === 0) return ''
  const [shortest, longest] = [Math.min(...lengths), Math.max(...lengths)]
  const titles = [...new Set(points.map(({ group }) => group))]
  const most = formatUsd(Math.max(...points.map(({ dollars }) => Math.round(dollars * 1_000_000))))
  const label = `Points: ${points.length} prices of ${titles.join(' and ')} from ${shortest} to ${longest} seconds, of ${names.join(', ')}; the highest is ${most}.`
  const x = {
    field: 'seconds',
    type: 'quantitative',
    scale: { domain: [shortest - 0.5, longest + 0.5] as [number, number], nice: false },
    axis: { title: 'Seconds of video', tickMinStep: 1, format: 'd', grid: false },
  } as const
  // Those who ask the same are seen inside one another.
  const sizes = names.map((_, at) => Math.max(Math.round(150 * 0.55 ** at), 20))
  const y = { field: 'dollars', type: 'quantitative', scale: { zero: true }, axis: dollarAxis } as const
  const specFor = (width: number): TopLevelSpec => ({
    data: { values: [...points] },
    facet: { field: 'group', type: 'nominal', sort: titles, header: { title: null } },
    columns: 1,
    spacing: 26,
    // A mode that costs five times as much would press the others flat.
    resolve: { scale: { y: 'independent' }, axis: { x: 'independent', y: 'independent' } },
    spec: {
      width: width - 66,
      height: width > 400 ? 260 : 220,
      layer: [
        {
          mark: { type: 'point', filled: false, strokeWidth: 2, opacity: 1 },
          encoding: {
            x,
            y,
            color: {
              field: 'name',
              type: 'nominal',
              scale: colourScale(names),
              legend: { title: null, orient: 'top', columns: width > 400 ? 4 : 2 },
            },
            shape: { field: 'name', type: 'nominal', scale: { domain: [...names], range: shapes } },
            size: { field: 'name', type: 'nominal', scale: { domain: [...names], range: sizes } },
          },
        },
        {
          transform: [{ filter: 'datum.isDerived' }],
          mark: { type: 'text', align: 'center', dy: 13, fontSize: 14, fill: ink.light, text: '~' },
          encoding: { x, y },
        },
      ],
    },
    config,
  })
  return figure(
    label,
    '~ below a point is a derived price: no list says it. Equal prices are inside one another.',
    specFor,
  )
}
