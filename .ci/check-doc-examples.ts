// Type-checks every example in the sources' doc comments and in the Markdown files, so that none can go stale.
import { spawnSync } from 'node:child_process'
import { globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
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
let count = 0
for (const source of sources.sort()) {
  for (const code of examplesOf(source)) {
    count += 1
    const name = `${source.replaceAll(/[^a-z0-9]+/gi, '-')}-${count}.ts`
    writeFileSync(join(out, name), `// ${source}\n${code}\nexport {}\n`)
  }
}
writeFileSync(
  join(out, 'tsconfig.json'),
  JSON.stringify({
    extends: '../../../tsconfig.json',
    compilerOptions: { typeRoots: ['../../@types'] },
    include: ['*.ts'],
  }),
)
if (count === 0) throw new Error('no examples found: the search is broken')
const { status } = spawnSync('node_modules/.bin/tsc', ['-p', out], { stdio: 'inherit' })
if (status === 0) console.log(`${count} examples in doc comments and Markdown compile`)
else process.exitCode = 1
