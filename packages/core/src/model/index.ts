export type { Attempt } from './attempt.ts'
export { type Clock, elapsedOf, systemClock } from './clock.ts'
export {
  type CaughtError,
  type ErrorCode,
  type ErrorDetails,
  type Outcome,
  ReelayError,
  type TaskFailedError,
  withDetails,
} from './error.ts'
export { fileNamePart } from './file-name.ts'
export { isSubmission, isTaskHandle, type Submission, type TaskHandle } from './handle.ts'
export { type Media, type MediaBytes, type MediaForm, type MediaRule, toBase64 } from './media.ts'
export {
  believableCost,
  type Cost,
  formatNative,
  formatUsd,
  type MicroUsd,
  type NativeAmount,
  usd,
} from './money.ts'
export type {
  Catalog,
  FreeFailures,
  Limits,
  Offer,
  OfferState,
  PriceRule,
  Rate,
  Retention,
  Timing,
} from './offer.ts'
export type { OwnAmount, OwnPrice } from './own-price.ts'
export { applySuggestion } from './patch.ts'
export { printable } from './printable.ts'
export {
  type Finding,
  type Problem,
  type ProblemRule,
  problem,
  type RequestPatch,
  type Warning,
  type Way,
} from './problem.ts'
export {
  type BoundedQuote,
  type ExactQuote,
  formatQuote,
  mostOf,
  type PriceSource,
  type Quote,
  type UnknownQuote,
} from './quote.ts'
export type {
  AspectRatio,
  CameraControl,
  Mode,
  ProviderOptions,
  VideoFields,
} from './request/fields.ts'
export type { ImageToVideoRequest } from './request/image-to-video.ts'
export type { Kind, KindMap, KindRow, RenderRequest } from './request/index.ts'
export { kinds } from './request/index.ts'
export type { KlingModel } from './request/models.ts'
export type { TextToVideoRequest } from './request/text-to-video.ts'
export { type Sniffed, sniff } from './sniff.ts'
export {
  type Chosen,
  type EndedTask,
  type FailedTask,
  type Failure,
  isTerminal,
  type Output,
  type PendingTask,
  type SucceededTask,
  type TaskCandidate,
  type TaskStatus,
  type TerminalTask,
  taskWith,
  type VideoTask,
} from './task.ts'
export { isBlank } from './text.ts'
