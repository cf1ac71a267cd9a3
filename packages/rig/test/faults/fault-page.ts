import type { ProviderId } from '@reelay/emulator'
import { providerIds } from '@reelay/rig/all'
import { type FaultRow, faultRows } from './fault-rows.ts'
import { compositions, type Ending, type Verdict } from './fault-run.ts'
import { freeRows, freeWords, keptRows, keptWords } from './free-page.ts'

/** Verdicts by fault, composition and provider. */
export type Matrix = ReadonlyMap<FaultRow, Readonly<Record<string, Readonly<Record<ProviderId, Verdict>>>>>

const titles: Readonly<Record<ProviderId, string>> = {
  kling: 'Kling',
  piapi: 'PiAPI',
  fal: 'fal',
  replicate: 'Replicate',
}

/** Groups providers by what is said of them, and says it once. */
function grouped(by: Readonly<Record<ProviderId, Verdict>>, say: (verdict: Verdict) => string): string {
  const groups = Map.groupBy(providerIds, (id) => say(by[id]))
  if (groups.size === 1) return [...groups.keys()][0] ?? ''
  const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
  const who = (ids: readonly ProviderId[]): string => ids.map((id) => titles[id]).join(', ')
  return [...groups].map(([text, ids]) => `${who(ids)}: ${lower(text)}`).join('<br>')
}

function does({ outcome, posts, search, code }: Verdict): string {
  if (outcome === 'accepted') {
    return posts.struck > 1
      ? 'Sends the same request once more under the same external id, which cannot buy twice.'
      : 'Looks for the task and finds it.'
  }
  if (outcome === 'rejected') {
    return code === 'ERR_NETWORK'
      ? 'Knows that nothing was sent.'
      : 'Takes the documented refusal at its word.'
  }
  return search === 'none'
    ? 'Sends nothing more: there is no way to look for the task.'
    : 'Looks for the task, and leaves the verdict open as long as it is not seen.'
}

function sees({ outcome, code, search }: Verdict): string {
  if (outcome === 'accepted') return 'The task, as if nothing had happened.'
  if (outcome === 'rejected') return `\`${code}\`, nothing was bought.`
  const later = {
    found: '; `find` brings the task later.',
    candidates: '; `find` names what may be its task, without proof (`candidates`).',
    'not-found-yet': '; `find` goes on answering “not found yet”.',
    none: '; look into the console, then settle it by hand.',
    'not-needed': '.',
  }[search]
  return `\`${code}\` with the submission${later}`
}

function moves({ outcome, charged }: Verdict): string {
  if (outcome === 'accepted') {
    return charged.others > 0 ? 'The next provider renders it.' : 'The task of the first provider.'
  }
  return outcome === 'unknown'
    ? 'Stops: a second provider could mean a second bill.'
    : 'Stops: no other provider cures that.'
}

const short = ({ outcome, code, provider }: Ending): string =>
  outcome === 'accepted' ? `task (${provider})` : `${outcome} \`${code}\``

function cell({ charged, search, again, ...end }: Verdict): string {
  const found = { found: ', found later', candidates: ', named later' }[search as string] ?? ''
  const first = `${short(end)}, ${charged.struck + charged.others} paid${found}`
  if (!again) return first
  // A key that has its task brings that task: only where it had none is there something to tell.
  return end.outcome === 'accepted' ? first : `${first}<br>again: ${short(again)}, ${again.charged} paid`
}

const tableRow = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [tableRow(head), tableRow(head.map(() => '---')), ...rows.map(tableRow)].join('\n')
}

function verdicts(matrix: Matrix, composition: string): string {
  const ids = compositions[composition]?.only ?? providerIds
  const rows = faultRows.map((row) => {
    const by = matrix.get(row)?.[composition]
    return [row.title, ...ids.map((id) => (by ? cell(by[id]) : ''))]
  })
  return table(['', ...ids.map((id) => titles[id])], rows)
}

function totals(matrix: Matrix): string {
  const all = [...matrix.values()].flatMap((by) => Object.values(by).flatMap((ids) => Object.values(ids)))
  const twice = all.filter(
    ({ charged, again }) => (again?.charged ?? charged.struck + charged.others) > 1,
  ).length
  const lost = all.filter(
    (one) => one.charged.struck > 0 && one.outcome === 'unknown' && one.search === 'not-found-yet',
  )
  const named = all.filter(({ search }) => search === 'candidates').length
  return `${all.length} runs: ${twice} double charges, ${lost.length} lost tasks that a look does not bring (${named} are named without proof), ${all.reduce((sum, one) => sum + one.unhandled, 0)} unhandled rejections.`
}

/** The page, from the verdicts of a whole run. */
export function faultPage(matrix: Matrix): string {
  const story = faultRows.map((row) => {
    const { bare, failover } = matrix.get(row) ?? {}
    if (!bare || !failover) throw new Error(`no verdicts for ${row.title}`)
    return [row.title, row.did, grouped(bare, does), grouped(bare, sees), grouped(failover, moves)]
  })
  return `# What happens to my money when…

<!-- Written by packages/rig/test/faults/fault-matrix.test.ts; REELAY_WRITE_DOCS=1 writes it anew. -->

A render is bought with one HTTP request, and that request can go wrong in more ways than one. Every row below is a test:
the four real adapters submit a clip while an emulated provider misbehaves, and what is written here is what came out,
ledgers included. ${totals(matrix)}

The rules behind it: a paid request is sent once, unless the provider documents an id of ours that makes a repeat safe;
only documented refusals, and connections that failed before anything was sent, count as “nothing was bought”;
everything else is \`unknown\` until the task is found; and while it is, no second provider is asked.

${table(['when…', 'what the provider did', 'what Reelay does', 'what you see', 'with `failover`'], story)}

An error tells its verdict in \`outcome\`: \`none\` and \`rejected\` cost nothing, \`unknown\` carries a \`submission\` to look
for, \`accepted\` carries the \`handle\` of a task that goes on. “Nothing was sent” can only be proved with the runtime’s
own \`fetch\`: with a \`fetch\` of your own, the first three rows are \`unknown\` as well.

\`failover(providers, { onUnknown: 'risk-paying-twice' })\` tries the next provider all the same. The first may still
deliver, and charge, its task: use it only where a second clip costs less than a late one. The open submission stays in
\`attempts\`.

${Object.entries(compositions)
  .map(([name, { title, about }]) => `## ${title}\n\n${about}\n\n${verdicts(matrix, name)}`)
  .join('\n\n')}

${freeWords.above}

${table(['it failed for', ...providerIds.map((id) => titles[id])], freeRows())}

${freeWords.below}

${keptWords.above}

${table(['', 'it says where the clip is for', 'it keeps the clip for', 'source'], keptRows())}

${keptWords.below}
`
}
