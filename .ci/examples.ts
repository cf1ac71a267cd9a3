import { readFileSync } from 'node:fs'

const fence = /```ts\n([\s\S]*?)```/g

/** The TypeScript examples of a source's doc comments, or of a Markdown file. */
export function examplesOf(source: string): readonly string[] {
  // In a doc comment every line starts with ` * `.
  const text = readFileSync(source, 'utf8').replaceAll(source.endsWith('.ts') ? /^\s*\* ?/gm : /^$/g, '')
  return [...text.matchAll(fence)].map(([, code = '']) => code)
}
