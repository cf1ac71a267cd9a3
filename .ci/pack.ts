import { execFileSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Packs every package as it would be published; answers with the tarballs by package name. Needs a build. */
export function packAll(folder: string): ReadonlyMap<string, string> {
  const tarballs = new Map<string, string>()
  for (const manifest of globSync('packages/*/package.json').sort()) {
    const { name, private: unpublished } = JSON.parse(readFileSync(manifest, 'utf8')) as {
      name: string
      private?: boolean
    }
    if (unpublished) continue
    const pack = ['--yes', 'pnpm@10.34.8', 'pack', '--json', '--pack-destination', folder]
    const packed = execFileSync('npx', pack, {
      cwd: dirname(manifest),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const { filename } = JSON.parse(packed.slice(packed.indexOf('{'))) as { filename: string }
    tarballs.set(name, filename)
  }
  return tarballs
}
