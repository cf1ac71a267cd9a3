import type { Offer } from '../../kinds/kinds.ts'
import type { KlingModel, Mode } from '../../model/words.ts'
import type { Purpose } from './intent.ts'

/**
 * The rules that {@link recommend} goes by, each with what it says. Ours, of 2026-11-27: what a model costs, takes and how
 * long it needs are facts of the catalogues; what to make of them is an opinion, and it stands here.
 */
export const rules = {
  'only-current': 'Only rows that are sold and documented are picked.',
  'what-was-asked': 'Only what takes all that was asked for is picked.',
  'known-price': 'A price that nobody knows is never taken for a small one.',
  'within-budget': 'The most a clip may come to stays within the budget.',
  'in-time': 'Nine of ten clips of the row are there in the time given.',
  soon: 'Nothing much slower than the fastest is picked.',
  'settings-stay': 'Settings for one provider bind the clip to it.',
  'better-than-draft': 'A draft is promoted to something better only.',
  'draft-on-cheapest': 'Prompts are tried out on the cheapest.',
  'lock-the-prompt': 'Once a draft is right, its words stay as they are, and it is rendered on the best.',
  'final-on-best': 'What is to be shown is rendered on the best.',
  'derived-price': 'A price that was worked out is not one that a provider has published.',
  'warn-when-dear': 'A dear model is pointed out before it is bought.',
  'ask-before-master': 'Somebody is asked before a master tier is bought.',
} as const

/**
 * Name of a rule of {@link recommend}.
 *
 * @example
 * ```ts
 * import type { Recommendation, RecommendRule } from '@reelay/core'
 * const tooDear: RecommendRule = 'within-budget'
 * const dear = ({ passedOver }: Recommendation): number => passedOver.filter(({ rule }) => rule === tooDear).length
 * ```
 */
export type RecommendRule = keyof typeof rules

/** By what two rows that both fit are told apart, the first difference counts. */
export type RankBy = 'price' | 'price-basis' | 'time' | 'full-hd' | 'model' | 'mode'

export const rankings: { readonly [purpose in Purpose]: readonly RankBy[] } = {
  draft: ['price', 'price-basis', 'time', 'model', 'mode'],
  // 1080p first: a newer model in 720p is a fine draft of the same.
  final: ['full-hd', 'model', 'mode', 'price', 'price-basis', 'time'],
}

/**
 * Models from the best on: by generation, as Kling counts; within one, the whole model before its omni, turbo and flash
 * kin. One that is not here is no better than the last.
 */
export const best: readonly KlingModel[] = [
  'kling-v4',
  'kling-v3',
  'kling-v3-omni',
  'kling-v4-flash',
  'kling-v3-turbo',
  'kling-v2-6',
  'kling-video-o1',
  'kling-v2-5',
  'kling-v2-5-turbo',
  'kling-v2-1-master',
  'kling-v2-master',
  'kling-v2-1',
  'kling-v1-6',
  'kling-v1-5',
  'kling-v1',
  // What makes no clips of its own, or no clips at all.
  'kling-image-o1',
  'kling-v2-new',
  'kling-lip-sync',
  'kling-lip-sync-2025',
  'kling-try-on-v3',
  'kolors-virtual-try-on-v1-5',
  'kolors-virtual-try-on-v1',
]

/** Modes from the best on. */
export const finest: readonly Mode[] = ['4k', 'pro', 'std']

/** What has 1080 lines or more. */
export const fullHd: readonly Mode[] = ['4k', 'pro']

/** Tiers that are asked about: the master models, and 4k, which costs as much (some $0.28 to $0.42 a second, 2026-11). */
export const isMaster = ({ model, mode, price }: Pick<Offer, 'model' | 'mode' | 'price'>): boolean =>
  // A 4k picture costs some cents, and is no tier of its own.
  (mode === '4k' && price.per !== 'image') || model.endsWith('-master')

/** What counts as dear: so many times the cheapest that fits. */
export const dearTimes = 3

/** What is no longer soon: so many times the fastest that fits. */
export const soonTimes = 1.5

/** Limits of a row that a field of a request is held against, with what the row does for it. */
export const limitOf: Readonly<Record<string, { readonly limit: string; readonly does: string }>> = {
  duration: { limit: 'durations', does: 'renders this length' },
  generateAudio: { limit: 'audio', does: 'makes the sound that was asked for' },
  endImage: { limit: 'endImage', does: 'takes an end image' },
  startImage: { limit: 'images', does: 'takes the picture' },
  aspectRatio: { limit: 'aspectRatios', does: 'renders this shape' },
  negativePrompt: { limit: 'negativePrompt', does: 'takes a negative prompt' },
  cfgScale: { limit: 'cfgScale', does: 'takes cfgScale' },
  cameraControl: { limit: 'cameraControl', does: 'takes the camera move' },
  shots: { limit: 'shots', does: 'takes several shots' },
  references: { limit: 'references', does: 'takes such references' },
  video: { limit: 'clip', does: 'takes the clip' },
}

/** What may be given up where nothing fits, the least first. */
export const concessions: readonly { readonly field: string; readonly fix: string }[] = [
  { field: 'cfgScale', fix: 'Leave cfgScale out.' },
  { field: 'aspectRatio', fix: 'Leave the shape to the model.' },
  { field: 'negativePrompt', fix: 'Leave the negative prompt out.' },
  { field: 'n', fix: 'Ask for one clip at a time.' },
  { field: 'cameraControl', fix: 'Leave the camera move out, and describe it in the prompt.' },
  { field: 'mode', fix: 'Leave the mode open.' },
  { field: 'generateAudio', fix: 'Leave the sound open.' },
  { field: 'endImage', fix: 'Leave the end image out.' },
  { field: 'shots', fix: 'Leave the shots out.' },
  { field: 'model', fix: 'Leave the model open.' },
]
