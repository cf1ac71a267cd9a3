import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { demoCredentials } from '@reelay/emulator'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import * as door from '../../core/src/zod.ts'
import { providers } from '../../reelay/src/providers.ts'

const packages = join(import.meta.dirname, '../..')
const adapters = Object.keys(providers)
const houses = ['core', ...adapters, 'emulator', 'testing', 'reelay', 'sql']

interface Room {
  readonly path: string
  readonly lines: number
  /** What it imports or passes on, types included; files of the same package by their path in it. */
  readonly imports: readonly { readonly from: string; readonly types: boolean }[]
  readonly exported: readonly string[]
  /** Tables for the most part: less than a quarter of it runs. */
  readonly isData: boolean
}

function roomOf(root: string, file: string): Room {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
  const imports: { from: string; types: boolean }[] = []
  const exported: string[] = []
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) {
      const text = (statement.moduleSpecifier as ts.StringLiteral | undefined)?.text
      if (text === undefined) continue
      const clause = ts.isImportDeclaration(statement) ? statement.importClause : statement
      const named = ts.isImportDeclaration(statement)
        ? statement.importClause?.namedBindings
        : statement.exportClause
      const eachType =
        named !== undefined &&
        'elements' in named &&
        named.elements.length > 0 &&
        (named.elements as ts.NodeArray<ts.ImportSpecifier | ts.ExportSpecifier>).every(
          (one) => one.isTypeOnly,
        )
      const types = clause?.isTypeOnly === true || eachType
      const from = text.startsWith('.') ? relative(root, resolve(dirname(file), text)) : text
      imports.push({ from, types })
    } else if (ts.canHaveModifiers(statement)) {
      if (!ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) continue
      const names = ts.isVariableStatement(statement)
        ? statement.declarationList.declarations.map(({ name }) => name.getText())
        : [(statement as unknown as { name?: ts.Identifier }).name?.text ?? '']
      exported.push(...new Set(names))
    }
  }
  let inFunctions = 0
  const count = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node) inFunctions += node.getText().split('\n').length
    else ts.forEachChild(node, count)
  }
  count(source)
  const lines = source.getLineStarts().length - 1
  const isData = inFunctions < lines / 4
  return { path: relative(root, file), lines, imports, exported, isData }
}

/** What a file takes of zod/mini, types apart, `z.object` as `object`. */
function takesOfZod(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8')
  if (!/^import (?!type)[^\n]* from 'zod/m.test(text)) return []
  const taken = new Set<string>()
  const look = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && node.expression.getText() === 'z') taken.add(node.name.text)
    ts.forEachChild(node, look)
  }
  look(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true))
  return [...taken]
}

function roomsOf(house: string): readonly Room[] {
  const root = join(packages, house, 'src')
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ts$/.test(entry.name) && !/\.d\.ts$/.test(entry.name))
    .map((entry) => roomOf(root, join(entry.parentPath, entry.name)))
}

/** The first circle of imports, as the files on it. */
function circle(rooms: readonly Room[]): readonly string[] {
  const graph = new Map(rooms.map(({ path, imports }) => [path, imports.map(({ from }) => from)]))
  const done = new Set<string>()
  function follow(path: string, trail: readonly string[]): readonly string[] {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path]
    if (done.has(path)) return []
    for (const next of graph.get(path) ?? []) {
      const found = graph.has(next) ? follow(next, [...trail, path]) : []
      if (found.length > 0) return found
    }
    done.add(path)
    return []
  }
  for (const { path } of rooms) {
    const found = follow(path, [])
    if (found.length > 0) return found
  }
  return []
}

const all = new Map(houses.map((house) => [house, roomsOf(house)]))
const rooms = (house: string): readonly Room[] => all.get(house) ?? []
/** Imports for which a rule does not hold, as lines for people. */
const offences = (
  house: string,
  isWrong: (room: Room, from: string, types: boolean) => boolean,
): readonly string[] =>
  rooms(house).flatMap((room) =>
    room.imports
      .filter(({ from, types }) => isWrong(room, from, types))
      .map(({ from }) => `${house}/${room.path} imports ${from}`),
  )

describe.each(houses)('%s', (house) => {
  it('has no circle of imports, types included', () => {
    expect(circle(rooms(house))).toEqual([])
  })

  it('has no file over 250 lines but tables', () => {
    const long = rooms(house).filter(({ lines, isData }) => lines > 250 && !isData)
    expect(long.map(({ path, lines }) => `${path}: ${lines}`)).toEqual([])
  })

  it('has no small file that one other alone imports', () => {
    const small = rooms(house).filter(({ path, lines, exported }) => {
      const importers = rooms(house).filter(({ imports }) => imports.some(({ from }) => from === path))
      // What an entry passes on has a public name.
      const isPublic = importers.some(({ path: by }) =>
        /^(index|adapter|[a-z-]+\/index|[a-z-]+)\.ts$/.test(by),
      )
      const isRoom = /(^|\/)kinds\/|(^|\/)(manifest|wires|index|bin|adapter)\.ts$/.test(path)
      return lines <= 40 && importers.length === 1 && !isPublic && !isRoom && exported.length > 0
    })
    expect(small.map(({ path, lines }) => `${path}: ${lines}`)).toEqual([])
  })
})

describe('core', () => {
  const floors = ['model', 'kinds', 'provider', 'run', 'compose', 'node']
  const floorOf = (path: string): number => {
    const [top = ''] = path.split('/')
    return floors.indexOf(({ webhook: 'run', otel: 'node' } as Record<string, string>)[top] ?? top)
  }

  it('imports nothing from a floor above', () => {
    expect(
      offences(
        'core',
        ({ path }, from) => path.includes('/') && from.endsWith('.ts') && floorOf(from) > floorOf(path),
      ),
    ).toEqual([])
  })

  it('has families of compositions that know wrap, among and the journal alone', () => {
    const family = (path: string): string | undefined => /^compose\/([a-z]+)\//.exec(path)?.[1]
    const wrong = offences('core', ({ path }, from) => {
      const [own, other] = [family(path), family(from)]
      return own !== undefined && other !== undefined && other !== own && other !== 'journal'
    })
    expect(wrong).toEqual([])
  })

  it('has one home for each exported name', () => {
    const homes = Map.groupBy(
      rooms('core').flatMap(({ path, exported }) => [...new Set(exported)].map((name) => ({ name, path }))),
      ({ name }) => name,
    )
    expect([...homes].filter(([, at]) => at.length > 1).map(([name]) => name)).toEqual([])
  })
})

describe('@reelay/core/zod', () => {
  const published = houses.filter((house) => house !== 'testing' && house !== 'emulator')
  const files = published.flatMap((house) =>
    readdirSync(join(packages, house, 'src'), { recursive: true, withFileTypes: true })
      .filter(({ name }) => name.endsWith('.ts'))
      .map(({ parentPath, name }) => join(parentPath, name)),
  )

  it('has all that the packages take of zod/mini: add to core/src/zod.ts what is missing', () => {
    const taken = new Set(files.flatMap(takesOfZod))
    expect(taken.size).toBeGreaterThan(20)
    expect([...taken].filter((name) => !(name in door))).toEqual([])
  })

  it('keeps what adapters of an earlier day take: a name that was published stays', () => {
    const ofNovember2026 =
      'any array boolean catchall custom describe enum gt gte literal looseObject lte maxLength minLength never number object optional record refine regex safeParse strictObject string toJSONSchema transform union unknown'
    expect(ofNovember2026.split(' ').filter((name) => !(name in door))).toEqual([])
  })

  it('is the one way to zod: each source takes it as z, of zod/mini', () => {
    const ways = published.flatMap((house) =>
      rooms(house).flatMap(({ path, imports }) =>
        imports
          .filter(({ from }) => /^zod($|\/)/.test(from))
          .map(({ from }) => `${from} in ${house}/${path}`),
      ),
    )
    expect(ways.length).toBeGreaterThan(20)
    expect(ways.filter((way) => !way.startsWith('zod/mini '))).toEqual([])
  })
})

describe.each(adapters)('the adapter %s', (house) => {
  it('knows core by the door for adapters', () => {
    expect(
      offences(house, (_, from) => from.startsWith('@reelay/') && from !== '@reelay/core/adapter'),
    ).toEqual([])
  })

  it('has a manifest and tables that are data', () => {
    expect(offences(house, ({ path }, _, types) => /^(manifest|tables)\.ts$/.test(path) && !types)).toEqual(
      [],
    )
  })
})

describe('emulator', () => {
  const wireOf = (path: string): string | undefined =>
    Object.keys(demoCredentials).find((wire) => path.startsWith(`${wire}/`))

  it('imports nothing of ours, since two readings must agree', () => {
    expect(offences('emulator', (_, from) => /^(@reelay\/|reelay)/.test(from))).toEqual([])
  })

  it('has wires that do not know each other, and an engine that knows no wire', () => {
    const wrong = offences('emulator', ({ path }, from) => {
      const [own, other] = [wireOf(path), wireOf(from)]
      return other !== undefined && (path.startsWith('engine/') || (own !== undefined && other !== own))
    })
    expect(wrong).toEqual([])
  })
})
