import type { ArgDef, CommandDef } from 'citty'
import { adapters, variablesToSet } from '../config/registry.ts'
import { paragraph, table } from './table.ts'
import { styled, widthOf } from './terminal.ts'
import { own } from './version.ts'

// biome-ignore lint/suspicious/noExplicitAny: each command has arguments of its own
type AnyCommand = CommandDef<any>

interface Extra {
  readonly examples: readonly string[]
  readonly notes: readonly string[]
}

const extras: Readonly<Record<string, Extra>> = {
  generate: {
    examples: [
      'reelay generate "A paper boat in the rain"',
      'reelay generate --image photo.png --model kling-v2-6 --live',
      'reelay generate --prompt-file boat.txt --live --yes',
      'reelay generate "A boat" --json | jq -r .path',
      'reelay generate "She smiles" --provider main --live',
      'reelay generate "A boat" --key order-77 --live',
    ],
    notes: [
      'With --key the same order is bought once, however often it is given: it answers with its first clip.',
      'Without --live it renders on a built-in emulator: no key, no network, no money.',
      '--json prints one document: the record that the sidecar holds, with path and sidecar.',
      'Progress and questions are on stderr, the result on stdout.',
    ],
  },
  compare: {
    examples: [
      'reelay compare --model kling-v3 --mode std',
      'reelay compare --model kling-v2-6 --mode pro --duration 10 --audio --near',
      'reelay compare --image start.png --end-image end.png "She turns" --json',
      'reelay compare --usable --csv > prices.csv',
    ],
    notes: [
      'Nothing is sent, and no key is needed: * marks where one is missing. ~ marks a derived price, which no list says.',
      'A model or mode that is left out is the same for everybody: the one that the first able provider would choose.',
      '--fields says of each field whether it is sent as it is, under another name, converted, or lost.',
      'It ends with 1 where nobody has a price.',
    ],
  },
  quote: {
    examples: [
      'reelay quote --provider fal --model kling-v3 --mode pro --duration 10',
      'reelay quote --image photo.png --json | jq .quote',
    ],
    notes: ['Nothing is sent, and no key is needed.'],
  },
  wait: {
    examples: [
      'reelay wait handle.json',
      'reelay wait renders/kling-v3-std-8123.mp4.json',
      'sed -n 3p renders/renders.jsonl | reelay wait -',
    ],
    notes: ['--json prints one document, as generate does. The file given stays as it is.'],
  },
  resume: {
    examples: [
      'reelay resume',
      'reelay resume --journal shots/journal.db --json',
      'reelay resume --settle 5f0c… --as not-created',
    ],
    notes: ['--json prints JSON lines: one per purchase, as each comes to its end. Nothing is bought.'],
  },
  journal: {
    examples: [
      'reelay journal',
      'reelay journal --open',
      'reelay journal --provider kling --since 7d --json',
      'reelay journal show order-77',
      'reelay journal export --to journal.jsonl',
      'reelay journal prune --older-than 90d',
    ],
    notes: [
      'Lists one line per purchase, oldest order first; * is open: reelay resume sees to it.',
      'Nothing is sent to anybody. --json prints JSON lines, whose handles reelay wait takes.',
    ],
  },
  'journal show': {
    examples: ['reelay journal show order-77', 'reelay journal show 8123 --json'],
    notes: ['--json prints the order as the journal keeps it.'],
  },
  'journal export': {
    examples: [
      'reelay journal export --to journal.jsonl',
      `reelay journal export | jq 'select(.type == "reservation")'`,
    ],
    notes: [
      'Each line has a type: order, reservation, or unreadable for what this version cannot read, as it was found.',
      'A file that is there is never replaced.',
    ],
  },
  'journal prune': {
    examples: ['reelay journal prune --older-than 90d', 'reelay journal prune --older-than 26w --yes --json'],
    notes: [
      'What is open, or cannot be read, stays however old it is, and budgets go on counting what was spent.',
      'The keys of what is forgotten are free: the same request under one of them is bought anew.',
    ],
  },
  spend: {
    examples: [
      'reelay spend',
      'reelay spend --since 2026-11-01 --usage',
      'reelay spend --since 30d --csv > spend.csv',
    ],
    notes: [
      'One line per day, account, model and mode; then each charge that is not as quoted (by more than 1 %).',
      'Nothing is sent, but with --usage: then the providers are asked for their books, which costs nothing.',
    ],
  },
  emulate: {
    examples: [
      'reelay emulate --port 4010 --speed 10',
      'reelay emulate --speed 10 -- node app.js',
      'reelay emulate --env > emulator.env',
      'reelay emulate --json | jq -r .providers.kling.baseURL',
    ],
    notes: [
      'A command behind -- and its children meet the emulator at the real host names, and find emulator keys in the place of yours; nothing of it is changed. It needs msw: npm install --save-dev msw.',
      '--json prints one document, in one line, and serves on until it is stopped. With a command it is on stderr and comes at the end: stdout and the exit code are the command’s.',
    ],
  },
}

const exitCodes = [
  ['0', 'done'],
  ['1', 'failed; the message says whether money was spent'],
  ['2', 'not understood, or refused before anything was sent'],
  ['129, 130, 143', 'interrupted by SIGHUP, SIGINT, SIGTERM'],
] as const

const variables = (): readonly (readonly [string, string])[] => [
  ...Object.entries(adapters).map(
    ([id, { manifest }]) => [variablesToSet(manifest).join(', '), `credentials of ${id}`] as const,
  ),
  ['NO_COLOR, FORCE_COLOR', 'no colours, or colours always'],
  ['REELAY_DEBUG', 'as --debug'],
]

// A page is for reading even where it is piped into a pager.
const width = (): number => Math.min(widthOf(process.stdout), 100)

const section = (title: string, lines: readonly string[]): string =>
  [styled('bold', title, process.stdout), ...lines].join('\n')

function sections(rows: readonly (readonly [string, readonly string[]])[]): string {
  return rows.map(([title, lines]) => section(title, lines)).join('\n\n')
}

/** Name over description where both do not fit beside each other. */
function listed(rows: readonly (readonly [string, string])[]): readonly string[] {
  if (width() >= 80 || rows.every(([name]) => name.length < 16)) return [table(rows, width())]
  return rows.flatMap(([name, text]) => [`  ${name}`, paragraph(`    ${text}`, width())])
}

const commandLine = (line: string): string => `  ${line}`

function argument([name, definition]: readonly [string, ArgDef]): readonly [string, string] {
  const {
    type,
    description = '',
    valueHint,
    default: fallback,
  } = definition as ArgDef & {
    valueHint?: string
  }
  const text = fallback === undefined ? description : `${description}; ${String(fallback)} when left out`
  if (type === 'positional') return [name, description]
  return [`--${name}${type === 'boolean' ? '' : ` <${valueHint ?? name}>`}`, text]
}

type Commands = Readonly<Record<string, () => Promise<AnyCommand>>>

const described = (commands: Commands): Promise<readonly (readonly [string, string])[]> =>
  Promise.all(
    Object.entries(commands).map(async ([name, load]) => {
      const meta = (await (await load()).meta) as { description?: string }
      return [name, meta.description ?? ''] as const
    }),
  )

/**
 * `reelay generate --help` and the like.
 *
 * @param parts Its commands of two words, by name.
 */
export async function commandPage(name: string, command: AnyCommand, parts: Commands = {}): Promise<string> {
  const meta = (await command.meta) as { description?: string }
  const further = await described(parts)
  const all = Object.entries((command.args ?? {}) as Readonly<Record<string, ArgDef>>)
  const words = all.filter(([, { type }]) => type === 'positional')
  const flags = all.filter(([, { type }]) => type !== 'positional')
  const usage = words.map(([word, { required }]) => (required === false ? `[${word}]` : `<${word}>`))
  const { examples = [], notes = [] } = extras[name] ?? {}
  return sections([
    [`reelay ${name}`, [paragraph(meta.description ?? '', width())]],
    ['Usage', [commandLine(['reelay', name, ...usage, '[flags]'].join(' '))]],
    ...(further.length > 0 ? [['Commands', listed(further)] as const] : []),
    ...(words.length > 0 ? [['Words', listed(words.map(argument))] as const] : []),
    ['Flags', listed(flags.map(argument))],
    ['Examples', examples.map(commandLine)],
    ['Notes', notes.map((note) => paragraph(`  ${note}`, width()))],
    ['Exit codes', listed(exitCodes)],
    ['Environment', listed(variables())],
  ])
}

/** `reelay --help`. */
export async function overviewPage(commands: Commands): Promise<string> {
  const rows = await described(commands)
  return sections([
    [
      `reelay ${own.version}`,
      [paragraph('Render Kling video: never pay twice, never lose a paid task.', width())],
    ],
    [
      'Usage',
      [
        commandLine('reelay <command> [flags]'),
        commandLine('reelay <command> --help'),
        commandLine('reelay --version'),
      ],
    ],
    ['Commands', listed(rows)],
    ['Examples', Object.values(extras).map(({ examples }) => commandLine(examples[0] ?? ''))],
    ['Exit codes', listed(exitCodes)],
    ['Environment', listed(variables())],
  ])
}
