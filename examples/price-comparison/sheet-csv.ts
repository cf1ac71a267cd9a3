import type { MicroUsd } from '@reelay/core'
import type { Line, Mix } from './mix.ts'

const columns = [
  ...['what', 'kind', 'model', 'mode', 'seconds', 'sound', 'count', 'provider', 'unit_dollars'],
  ...['month_dollars', 'basis', 'as_of', 'source', 'note'],
] as const

type Cells = { readonly [column in (typeof columns)[number]]?: string | number }

/** Dollars for a spreadsheet, to the last digit: no sign, no rounding. */
const dollars = (amount: MicroUsd): string => (amount / 1_000_000).toFixed(6).replace(/(\.\d\d\d*?)0+$/, '$1')

// A spreadsheet takes what begins so for a formula, whoever wrote it (OWASP, CSV injection).
const formula = /^[=+@\t\r-]/

/** A cell as RFC 4180 has it. */
function quoted(cell: string | number = ''): string {
  const text = typeof cell === 'string' && formula.test(cell) ? `'${cell}` : String(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function cellsOf({ job, best, why }: Line): Cells {
  const { what, kind, mode, seconds, count } = job
  const asked = { what, kind, mode, seconds, count, sound: job.sound ? 'yes' : 'no' }
  if (!best) return { ...asked, model: job.model ?? 'any', note: `NO PRICE. ${why}` }
  const { provider, model, total, totalMin, basis, asOf, source, state } = best
  const notes = [
    totalMin < total && `from ${dollars(totalMin)} on`,
    state === 'unverified' && 'nobody knows whether it is still sold',
    ...best.warnings.map(({ field, message }) => `${field}: ${message}`),
  ]
  return {
    ...asked,
    ...{ provider, model, basis, source, as_of: asOf },
    unit_dollars: dollars(total),
    month_dollars: dollars(total * job.count),
    note: notes.filter(Boolean).join(' '),
  }
}

/** A mix as CSV: a line of the workload each, then the sum, then the one provider that could serve it all. */
export function sheetOf({ lines, total, alone: [first] }: Mix): string {
  const unpriced = lines.filter(({ best }) => !best).length
  const sums: readonly Cells[] = [
    {
      what: 'TOTAL',
      month_dollars: dollars(total),
      note: unpriced === 0 ? '' : `without ${unpriced} of ${lines.length} lines, which have no price`,
    },
    first?.lacks.length === 0 && unpriced < lines.length
      ? { what: 'ALL AT ONE', provider: first.provider, month_dollars: dollars(first.total) }
      : { what: 'ALL AT ONE', note: 'no single provider has a price for all of it' },
  ]
  const rows = [...lines.map(cellsOf), ...sums].map((cells) => columns.map((column) => cells[column]))
  return `${[[...columns], ...rows].map((row) => row.map(quoted).join(',')).join('\n')}\n`
}
