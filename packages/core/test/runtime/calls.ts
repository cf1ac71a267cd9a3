import { basename, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('../../../..', import.meta.url))
// What every runtime with `fetch` has had from the start.
const old = /^lib\.es(5|20(15|16|17|18|19|20))\b/

/** Something the host provides that is called somewhere, as `missingFeatures` would name it. */
export interface Call {
  readonly name: string
  readonly files: readonly string[]
}

/** The class or constructor that a declaration of the standard library stands in. */
function ownerOf(declaration: ts.Declaration): { name: string; isStatic: boolean } | undefined {
  for (let node: ts.Node | undefined = declaration.parent; node; node = node.parent) {
    if (ts.isInterfaceDeclaration(node)) {
      const name = node.name.text.replace(/^Readonly(?=Array$|Map$|Set$)/, '')
      return name.endsWith('Constructor')
        ? { name: name.replace(/Constructor$/, ''), isStatic: true }
        : { name, isStatic: false }
    }
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name))
      return { name: node.name.text, isStatic: true }
    if (ts.isSourceFile(node)) return undefined
  }
  return undefined
}

function nameOf(symbol: ts.Symbol): string | undefined {
  const [declaration] = symbol.declarations ?? []
  if (!declaration) return undefined
  if (ts.isTypeElement(declaration) || ts.isClassElement(declaration)) {
    const owner = ownerOf(declaration)
    return owner && `${owner.name}${owner.isStatic ? '' : '.prototype'}.${symbol.name}`
  }
  return symbol.name
}

/** Whether only the standard libraries declare it, none of them an old one. */
function isYoung(symbol: ts.Symbol): boolean {
  const files = (symbol.declarations ?? []).map((declaration) => declaration.getSourceFile().fileName)
  // What only Node has is called in Node only, and says which version it wants in `engines`.
  const isHost = (file: string): boolean => /typescript\/lib\/lib\.|@types\/node|undici-types/.test(file)
  if (files.every((file) => file.includes('@types/node'))) return false
  return files.length > 0 && files.every(isHost) && !files.some((file) => old.test(basename(file)))
}

/** Everything younger than ES2020 that the sources accepted by `of` call. */
export function youngCalls(of: (file: string) => boolean): readonly Call[] {
  const config = ts.getParsedCommandLineOfConfigFile(
    `${root}/tsconfig.src.json`,
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined },
  )
  if (!config) throw new Error('tsconfig.src.json cannot be read')
  const files = config.fileNames.filter((file) => of(relative(root, file)))
  const program = ts.createProgram(files, config.options)
  const checker = program.getTypeChecker()
  const found = new Map<string, Set<string>>()

  function symbolOf(node: ts.Identifier): ts.Symbol | undefined {
    const { parent } = node
    if (ts.isBindingElement(parent) && ts.isObjectBindingPattern(parent.parent)) {
      const isKey = (parent.propertyName ?? parent.name) === node
      return isKey ? checker.getTypeAtLocation(parent.parent).getProperty(node.text) : undefined
    }
    return checker.getSymbolAtLocation(node)
  }

  function visit(node: ts.Node, file: string): void {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node)) return
    if (ts.isIdentifier(node)) {
      const symbol = symbolOf(node)
      const isValue = symbol && symbol.flags & (ts.SymbolFlags.Value | ts.SymbolFlags.Property)
      const name = isValue && isYoung(symbol) ? nameOf(symbol) : undefined
      if (name) found.set(name, (found.get(name) ?? new Set()).add(file))
    }
    ts.forEachChild(node, (child) => visit(child, file))
  }
  for (const file of files) {
    const source = program.getSourceFile(file)
    if (source) visit(source, relative(root, file))
  }
  return [...found].map(([name, where]) => ({ name, files: [...where] }))
}
