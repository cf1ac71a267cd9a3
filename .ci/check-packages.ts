// Packs every package as it would be published and asks publint and attw about the tarball, not about the sources.
import { execFileSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const bin = (name: string): string => join('node_modules/.bin', name)
const folder = mkdtempSync(join(tmpdir(), 'reelay-pack-'))
try {
  for (const manifest of globSync('packages/*/package.json').sort()) {
    const { name } = JSON.parse(readFileSync(manifest, 'utf8')) as { name: string }
    const pack = ['--yes', 'pnpm@10.34.8', 'pack', '--json', '--pack-destination', folder]
    const packed = execFileSync('npx', pack, {
      cwd: dirname(manifest),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const { filename } = JSON.parse(packed.slice(packed.indexOf('{'))) as { filename: string }
    execFileSync(bin('publint'), [filename, '--strict'], { stdio: 'inherit' })
    execFileSync(bin('attw'), [filename, '--profile', 'esm-only', '--format', 'ascii'], { stdio: 'inherit' })
    console.log(`${name}: packed, publint and attw have no complaints\n`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
