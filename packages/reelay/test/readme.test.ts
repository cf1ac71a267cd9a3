import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { withTable } from '../../../.ci/provider-table.ts'

it('the README’s provider table is what the adapters say (node .ci/providers.ts rewrites it)', async () => {
  const text = await readFile(join(import.meta.dirname, '../../../README.md'), 'utf8')
  expect(text).toBe(await withTable(text))
})
