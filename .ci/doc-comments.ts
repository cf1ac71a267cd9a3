import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import ts from 'typescript'

/** The sources of what each package exports, by its package.json. */
export function doors(): readonly string[] {
  return globSync('packages/*/package.json').flatMap((file) => {
    const { exports = {}, private: hidden = false } = JSON.parse(readFileSync(file, 'utf8')) as {
      readonly exports?: Readonly<Record<string, unknown>>
      readonly private?: boolean
    }
    return Object.values(exports).flatMap((path) =>
      !hidden && typeof path === 'string' && path.endsWith('.ts') ? [join(dirname(file), path)] : [],
    )
  })
}

const isMissing = (symbol: ts.Symbol, checker: ts.TypeChecker): string | undefined => {
  if (symbol.getDocumentationComment(checker).length === 0) return 'has no doc comment'
  const examples = symbol.getJsDocTags(checker).filter(({ name }) => name === 'example')
  return examples.some(({ text }) => ts.displayPartsToString(text).includes('```ts'))
    ? undefined
    : 'has no @example in ```ts'
}

/** A line for each value and type of the doors that lacks its doc comment or example; what another package declares is that package's. */
export function undocumented(program: ts.Program, files: readonly string[]): readonly string[] {
  const checker = program.getTypeChecker()
  const lines = files.flatMap((file) => {
    const source = program.getSourceFile(file)
    const module = source && checker.getSymbolAtLocation(source)
    // A door for its effect alone, such as one for `node --import`, exports nothing.
    if (!module) return []
    const home = join(...file.split(sep).slice(0, 2), 'src') + sep
    return checker.getExportsOfModule(module).flatMap((exported) => {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
      const declared = symbol.declarations?.[0]?.getSourceFile().fileName
      const where = declared === undefined ? file : relative(process.cwd(), declared)
      const fault = where.startsWith(home) ? isMissing(symbol, checker) : undefined
      return fault === undefined ? [] : [`${where}: ${exported.name} ${fault}`]
    })
  })
  return [...new Set(lines)].sort()
}
