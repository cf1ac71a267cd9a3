import { ownerOf } from '../../provider/hosts.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import type { Priced } from '../priced.ts'

/** Name by which a leaf's weight is looked up first; its bare id comes second. */
export const nameOf = (leaf: VideoProvider): string => {
  const { provider, account, host } = ownerOf(leaf)
  return `${provider}/${account}${host === undefined ? '' : `@${host}`}`
}

/** A leaf's weight; 1 when it is not listed. */
export function weightOf(weights: Readonly<Record<string, number>>, leaf: VideoProvider): number {
  return weights[nameOf(leaf)] ?? weights[leaf.id] ?? 1
}

/**
 * Leaves in an order drawn by weight: each place goes to one of those left, with the chances their weights give them.
 * A weight of 0 means after all the others.
 */
export function byWeight(
  leaves: readonly Priced[],
  weights: Readonly<Record<string, number>>,
  random: () => number,
): readonly Priced[] {
  const left = leaves.filter(({ leaf }) => weightOf(weights, leaf) > 0)
  const drawn: Priced[] = []
  while (left.length > 0) {
    const total = left.reduce((sum, { leaf }) => sum + weightOf(weights, leaf), 0)
    let ticket = random() * total
    const at = left.findIndex(({ leaf }) => {
      ticket -= weightOf(weights, leaf)
      return ticket < 0
    })
    // Rounding may leave a ticket just behind the last one.
    drawn.push(...left.splice(at === -1 ? left.length - 1 : at, 1))
  }
  return [...drawn, ...leaves.filter((one) => !drawn.includes(one))]
}
