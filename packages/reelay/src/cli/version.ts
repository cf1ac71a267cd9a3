import manifest from '../../package.json' with { type: 'json' }

interface Manifest {
  readonly name: string
  readonly version: string
  readonly bugs: string
  readonly engines: { readonly node: string }
}

/** This package. */
export const own: Manifest = manifest
