import type { ArgDef, CommandDef } from 'citty'
import { adapters, variablesToSet } from '../config/registry.ts'
import { extras } from './help-texts.ts'
import { paragraph, table } from './table.ts'
import { styled, widthOf } from './terminal.ts'
import { own } from './version.ts'

// biome-ignore lint/suspicious/noExplicitAny: each command has arguments of its own
type AnyCommand = CommandDef<any>

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
