import type { ManifestOption } from '@reelay/core/adapter'
import type { AdapterFacts } from '../world.ts'

/** One way to give an adapter its credentials: as options, or as the variables they are read from. */
export interface Way {
  readonly options: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
}

/** The variables that hold a key; the parts of a key that stands in several. */
function spread(names: string | readonly string[], key: string): Readonly<Record<string, string>> {
  const [first = '', ...others] = [names].flat()
  const cut = others.length === 0 ? key.length : key.indexOf(':')
  const rest = key.slice(cut + 1)
  return { [first]: key.slice(0, cut), ...(others.length > 0 ? spread(others, rest) : {}) }
}

/** Every way of a manifest, in its order. */
export function waysOf({ manifest, keys }: AdapterFacts): readonly Way[] {
  const options = Object.entries<ManifestOption>(manifest.options)
  // The second half of a pair comes with the first.
  const leading = options.filter(([name, one]) => {
    // Nothing can be bought with a key for the books alone.
    if (one.only !== undefined) return false
    const other = options.findIndex(([option]) => option === one.with)
    return other === -1 || options.findIndex(([option]) => option === name) < other
  })
  return leading.flatMap(([name, { env = [], with: other }]) =>
    env.map((names, index) => {
      const half = other === undefined ? undefined : options.find(([option]) => option === other)
      const second = half?.[1].env?.[index]
      return {
        options: { [name]: keys[name] ?? '', ...(half && { [half[0]]: keys[half[0]] ?? '' }) },
        env: {
          ...spread(names, keys[name] ?? ''),
          ...(half && second ? spread(second, keys[half[0]] ?? '') : {}),
        },
      }
    }),
  )
}
