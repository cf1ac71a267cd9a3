// Packs every package as it would be published and asks publint and attw about the tarball, not about the sources. Then
// installs `reelay` alone, where nothing else can be imported, and compiles the README's examples against it with the
// oldest TypeScript that we promise, types of the libraries included.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { examplesOf } from './examples.ts'
import { packAll } from './pack.ts'

const bin = (name: string): string => resolve('node_modules/.bin', name)
const folder = mkdtempSync(join(tmpdir(), 'reelay-pack-'))

function checkTarball(name: string, tarball: string): void {
  execFileSync(bin('publint'), [tarball, '--strict'], { stdio: 'inherit' })
  execFileSync(bin('attw'), [tarball, '--profile', 'esm-only', '--format', 'ascii'], { stdio: 'inherit' })
  const readme = execFileSync('tar', ['-xOzf', tarball, 'package/README.md'], { encoding: 'utf8' })
  // npm shows it beside no other file of the repository.
  const dead = [...readme.matchAll(/\]\((?!https?:|#)([^)]*)\)/g)].map(([, link]) => link)
  if (dead.length > 0) throw new Error(`${name}: these links of its README lead nowhere on npm: ${dead}`)
  const { dependencies = {} } = JSON.parse(
    execFileSync('tar', ['-xOzf', tarball, 'package/package.json'], { encoding: 'utf8' }),
  ) as { dependencies?: Readonly<Record<string, string>> }
  // What its code, as packed, never names, everybody who installs it would fetch for nothing.
  const code = execFileSync('tar', ['-xOzf', tarball, 'package/dist'], { encoding: 'utf8', maxBuffer: 1e9 })
  const unused = Object.keys(dependencies).filter(
    (brought) => !code.includes(`'${brought}`) && !code.includes(`"${brought}`),
  )
  if (unused.length > 0) throw new Error(`${name}: nothing in its dist imports ${unused.join(', ')}`)
  console.log(`${name}: packed, publint and attw have no complaints\n`)
}

/** A project of its own, strict as pnpm makes it, with `reelay` and nothing else of ours. */
function installAlone(tarballs: ReadonlyMap<string, string>): string {
  const project = join(folder, 'project')
  mkdirSync(project)
  const overrides = Object.fromEntries([...tarballs].map(([name, file]) => [name, `file:${file}`]))
  // Whoever traces has OpenTelemetry already: an optional peer.
  const dependencies = { reelay: overrides.reelay, '@opentelemetry/api': '^1.9.0' }
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ type: 'module', dependencies, pnpm: { overrides } }),
  )
  const install = ['--yes', 'pnpm@10.34.8', 'install', '--prod', '--ignore-scripts', '--reporter=silent']
  execFileSync('npx', install, { cwd: project, stdio: 'inherit' })
  return project
}

function compileReadme(project: string): void {
  const examples = examplesOf('README.md')
  for (const [index, code] of examples.entries()) {
    for (const [, from] of code.matchAll(/from '([^']*)'/g)) {
      if (!/^(reelay|node:)/.test(from ?? ''))
        throw new Error(`README: example ${index + 1} needs ${from}, not just reelay.`)
    }
    writeFileSync(join(project, `example-${index + 1}.ts`), `${code}\nexport {}\n`)
  }
  symlinkSync(dirname(resolve('node_modules/@types/node')), join(project, 'types'))
  const options = [
    '--noEmit',
    '--strict',
    '--target',
    'es2022',
    '--module',
    'nodenext',
    '--skipLibCheck',
    'false',
  ]
  const files = examples.map((_, index) => `example-${index + 1}.ts`)
  const compiler = resolve('node_modules/typescript-oldest/bin/tsc')
  const types = ['--types', 'node', '--typeRoots', 'types']
  execFileSync(process.execPath, [compiler, ...options, ...types, ...files], {
    cwd: project,
    stdio: 'inherit',
  })
  const { version } = JSON.parse(readFileSync(resolve('node_modules/typescript-oldest/package.json'), 'utf8'))
  console.log(`${examples.length} examples of the README compile with reelay alone, by TypeScript ${version}`)
}

try {
  const tarballs = packAll(folder)
  for (const [name, tarball] of tarballs) checkTarball(name, tarball)
  compileReadme(installAlone(tarballs))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
