import { type Kind, kinds } from '@reelay/core'
import type { ArgDef, CommandDef } from 'citty'
import { adapters, variablesToSet } from '../config/registry.ts'
import { inFlags } from './flags.ts'
import { extras, kindExamples } from './help-texts.ts'
import { type FieldFlag, flagsFor, flagsOfKind, kindsWith, namesFile, wordsField } from './request/fields.ts'
import { paragraph, table, wrapped } from './table.ts'
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

/** A command, to be copied: broken before a flag where it is too long, as a shell reads it on. */
function commandLine(line: string): string {
  if (line.length + 2 <= width()) return `  ${line}`
  const held = line.replaceAll(/ (?!--)/g, '\u00a0')
  const lines = wrapped(held, width() - 6).map((part) => part.replaceAll('\u00a0', ' '))
  return `  ${lines.join(' \\\n    ')}`
}

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

const hintOf = ({ value, many, words, field }: FieldFlag): string => {
  if (words) return words.length > 3 ? 'word' : words.join('|')
  const one = {
    text: 'words',
    number: 'number',
    scalar: 'value',
    switch: '',
    file: 'file',
    clip: 'file',
  } as const
  if (value === 'fields') return 'json'
  const hint = field === 'duration' ? 'seconds' : one[value]
  return many === 'map' ? `name=${hint}` : hint
}

/** A field of a request as a row of the page. */
function fieldRow(of: FieldFlag): readonly [string, string] {
  const { flag, value, many, isRequired, description, parts = {}, words = [] } = of
  const notes = [
    inFlags(description.replace('An https URL, or a base64 data URI', 'A file, or an https URL')),
    ...(many ? ['as often as there are'] : []),
    ...(words.length > 3 ? [words.join(', ')] : []),
    ...(value === 'clip' ? ['a video, its address, or the sidecar (.json) of an earlier render'] : []),
    ...(value === 'fields' && Object.keys(parts).length > 0
      ? [
          `or one by one: ${Object.keys(parts)
            .map((part) => `--${flag}.${part}`)
            .join(', ')}`,
        ]
      : []),
    ...(isRequired ? ['needed'] : []),
  ]
  if (value === 'switch')
    return [`--${/true when left out/.test(description) ? '[no-]' : ''}${flag}`, notes.join('; ')]
  return [`--${flag} <${hintOf(of)}>`, notes.join('; ')]
}

/** What is needed first, then what is looked at, then how. */
const byNeed = (a: FieldFlag, b: FieldFlag): number =>
  Number(b.isRequired) - Number(a.isRequired) || Number(namesFile(b)) - Number(namesFile(a))

/** Each kind with the flags that it cannot do without, or that it alone has. */
const kindRows = (): readonly (readonly [string, string])[] => {
  const names = Object.keys(kinds) as Kind[]
  return names.map((kind) => {
    const own = flagsOfKind(kind).filter(
      ({ flag, isRequired, value }) => isRequired || namesFile({ value }) || kindsWith(flag).length === 1,
    )
    const words = wordsField(kind) === undefined ? [] : ['words']
    return [kind, [...words, ...own.map(({ flag }) => `--${flag}`)].join(', ')]
  })
}

/**
 * `reelay generate --help` and the like.
 *
 * @param parts Its commands of two words, by name.
 * @param kind What it is asked about, where it takes a request: the page is about that kind alone.
 */
export async function commandPage(
  name: string,
  command: AnyCommand,
  parts: Commands = {},
  kind?: Kind,
): Promise<string> {
  const meta = (await command.meta) as { description?: string }
  const further = await described(parts)
  const all = Object.entries((command.args ?? {}) as Readonly<Record<string, ArgDef>>)
  const words = all.filter(([, { type }]) => type === 'positional')
  const flags = all.filter(([, { type }]) => type !== 'positional')
  const takesRequest = 'prompt-file' in (command.args ?? {})
  const takesWords = kind === undefined || wordsField(kind) !== undefined
  const usage = [
    ...words.map(([word, { required }]) => (required === false ? `[${word}]` : `<${word}>`)),
    ...(takesRequest ? [kind ?? '[kind]', ...(takesWords ? ['[words]'] : [])] : []),
  ]
  const { examples = [], notes = [] } = extras[name] ?? {}
  const title = kind === undefined ? name : `${name} ${kind}`
  const fields = takesRequest ? [...flagsFor(kind)].sort(byNeed).map(fieldRow) : []
  return sections([
    [`reelay ${title}`, [paragraph(meta.description ?? '', width())]],
    ['Usage', [commandLine(['reelay', name, ...usage, '[flags]'].join(' '))]],
    ...(further.length > 0 ? [['Commands', listed(further)] as const] : []),
    ...(words.length > 0 ? [['Words', listed(words.map(argument))] as const] : []),
    ...(takesRequest && kind === undefined
      ? [
          ['Words', listed([['words', 'What to show; - reads them from stdin']])] as const,
          ['Kinds', listed(kindRows())] as const,
          ['What to render (each kind has its own: see --help behind it)', listed(fields)] as const,
        ]
      : []),
    ...(takesRequest && kind !== undefined ? [['What to render', listed(fields)] as const] : []),
    ['Flags', listed(flags.map(argument))],
    [
      'Examples',
      kind === undefined
        ? examples.map(commandLine)
        : [commandLine(`reelay ${name} ${kind} ${kindExamples[kind]}`)],
    ],
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
