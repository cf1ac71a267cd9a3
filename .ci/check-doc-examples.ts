// Every export of every package's doors has a doc comment with an example; and every example, of doc comments and of
// Markdown files, type-checks, so that none can go stale.
import { globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import ts from 'typescript'
import { doors, undocumented } from './doc-comments.ts'
import { examplesOf } from './examples.ts'

const out = 'node_modules/.cache/doc-examples'
const sources = globSync(
  ['packages/*/src/**/*.ts', 'packages/*/README.md', 'docs/**/*.md', '*.md', 'examples/*/README.md'],
  {
    exclude: (path) => path.includes('node_modules'),
  },
)

rmSync(out, { recursive: true, force: true })
mkdirSync(out, { recursive: true })
const examples: string[] = []
for (const source of sources.sort()) {
  for (const code of examplesOf(source)) {
    const name = `${source.replaceAll(/[^a-z0-9]+/gi, '-')}-${examples.length + 1}.ts`
    examples.push(join(out, name))
    writeFileSync(join(out, name), `// ${source}\n${code}\nexport {}\n`)
  }
}
if (examples.length === 0) throw new Error('no examples found: the search is broken')

const host: ts.ParseConfigFileHost = {
  ...ts.sys,
  onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
    throw new Error(ts.flattenDiagnosticMessageText(messageText, '\n'))
  },
}
const options = ts.getParsedCommandLineOfConfigFile('tsconfig.json', {}, host)?.options
if (!options) throw new Error('tsconfig.json cannot be read')
// One program for both: it reads the sources once.
const program = ts.createProgram(
  [...examples, ...doors()].map((file) => resolve(file)),
  options,
)
const faults = ts.getPreEmitDiagnostics(program)
const missing = undocumented(program, doors())
const show: ts.FormatDiagnosticsHost = {
  getCurrentDirectory: () => process.cwd(),
  getCanonicalFileName: (file) => file,
  getNewLine: () => '\n',
}
if (faults.length > 0) console.error(ts.formatDiagnostics(faults, show))
for (const line of missing) console.error(line)
if (faults.length > 0 || missing.length > 0) process.exitCode = 1
else console.log(`${examples.length} examples compile; every export of ${doors().length} doors has one`)
