type Cell = string | number | boolean | undefined

// A spreadsheet takes what begins so for a formula, whoever wrote it (OWASP, CSV injection).
const formula = /^[=+@\t\r]|^-(?![\d.]+$)/

function written(value: Cell): string {
  if (value === undefined) return ''
  const text = typeof value === 'string' && formula.test(value) ? `'${value}` : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Rows as CSV (RFC 4180, lines ended as terminals do) under a heading; cells that a row lacks stay empty. */
export function csvOf(columns: readonly string[], rows: readonly Readonly<Record<string, Cell>>[]): string {
  const line = (cells: readonly Cell[]): string => cells.map(written).join(',')
  return [line(columns), ...rows.map((row) => line(columns.map((column) => row[column])))].join('\n')
}
