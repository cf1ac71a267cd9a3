// A month's workload at its cheapest: reads a CSV, writes a CSV. Nothing is sent, and no key is needed.
import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { formatUsd, nearest, type VideoProvider } from '@reelay/core'
import { cheapestMix, type Mix } from './mix.ts'
import { providers } from './providers.ts'
import { sheetOf } from './sheet-csv.ts'
import { readWorkload } from './workload.ts'

/** Something that whoever typed the command can mend. */
class UsageError extends Error {}

function allowed(names: string | undefined): readonly VideoProvider[] {
  if (names === undefined) return providers
  const ids = providers.map(({ id }) => id)
  return [...new Set(names.split(',').map((name) => name.trim()))].map((name) => {
    const found = providers.find(({ id }) => id === name)
    if (found) return found
    const meant = nearest(name, ids)
    throw new UsageError(
      `There is no provider "${name}". ${meant ? `Did you mean ${meant}?` : `They are ${ids.join(', ')}.`}`,
    )
  })
}

/** What there is to say beside the sheet. */
function wordsOn({ lines, total, alone }: Mix): readonly string[] {
  const [first] = alone
  const unpriced = lines.filter(({ best }) => !best)
  const derived = lines.filter(({ best }) => best?.basis === 'derived').length
  const whole = first && first.lacks.length === 0 && unpriced.length < lines.length
  return [
    `${formatUsd(total)} a month for ${lines.length - unpriced.length} of ${lines.length} lines.`,
    whole
      ? `All of it at ${first.provider}: ${formatUsd(first.total)}, ${formatUsd(first.total - total)} more.`
      : `No single provider has a price for all of it.${first ? ` ${first.provider} lacks ${first.lacks.map(({ what }) => what).join(', ')}.` : ''}`,
    ...(derived > 0
      ? [
          `${derived} of the prices ${derived === 1 ? 'is' : 'are'} derived; leave those out with --list-only.`,
        ]
      : []),
    ...unpriced.map(({ job, why }) => `No price for line ${job.line}, ${job.what}. ${why}`),
  ]
}

async function run(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      providers: { type: 'string' },
      'list-only': { type: 'boolean', default: false },
      'any-model': { type: 'boolean', default: false },
      out: { type: 'string' },
    },
  })
  const [file = 'workload.csv', ...rest] = positionals
  if (rest.length > 0) throw new UsageError('One workload at a time.')
  const csv = await readFile(file, 'utf8').catch(() => {
    throw new UsageError(`There is no readable file ${file}.`)
  })
  const { jobs, problems } = readWorkload(csv, providers)
  if (problems.length > 0) {
    const list = problems.map(({ line, text }) => `\n  line ${line}: ${text}`)
    throw new UsageError(`${file} cannot be priced like this.${list.join('')}`)
  }
  const mix = cheapestMix(jobs, allowed(values.providers), {
    listOnly: values['list-only'],
    anyModel: values['any-model'],
  })
  if (values.out === undefined) process.stdout.write(sheetOf(mix))
  else await writeFile(values.out, sheetOf(mix))
  for (const line of wordsOn(mix)) console.error(line)
}

await run().catch((error: unknown) => {
  const { code } = error as NodeJS.ErrnoException
  if (!(error instanceof UsageError) && !code?.startsWith('ERR_PARSE_ARGS')) throw error
  console.error((error as Error).message)
  process.exitCode = 2
})
