export type {
  Amendment,
  Change,
  Journal,
  Reservation,
  ReserveAsked,
  Reserved,
  Transition,
} from './compose/journal/journal.ts'
export {
  type Found,
  isOpenOrder,
  isReadable,
  namesOf,
  type Order,
  type Purchase,
  taskNamesOf,
} from './compose/journal/order.ts'
export {
  anothersTask,
  assertRetention,
  readable as readableOrder,
  readOrder,
} from './compose/journal/read-order.ts'
export { type ClipLimits, type ClipRef, isClipRef } from './kinds/clip.ts'
export { type ClipDraft, type ClipValue, clipIn } from './kinds/clip-rule.ts'
export { type ExtendLimits, extend } from './kinds/extend.ts'
export { wholeExpansion } from './kinds/image-expansion.ts'
export type { ImageFields, ImageLimits } from './kinds/image-fields.ts'
export { imageToImage } from './kinds/image-to-image.ts'
export type { ImageInputLimits } from './kinds/image-to-image-fields.ts'
export { imageToVideo } from './kinds/image-to-video.ts'
export { type KindRow, mediaField, type Samples } from './kinds/kind.ts'
export type { Catalog, Draft, Offer, RenderRequest, Subject } from './kinds/kinds.ts'
export { leastRequest } from './kinds/least.ts'
export { lipSync } from './kinds/lip-sync.ts'
export { isAudioId, type LipSyncLimits } from './kinds/lip-sync-fields.ts'
export { type MediaPlace, placesIn } from './kinds/media-places.ts'
export type { OfferState } from './kinds/offer.ts'
export type { Billing, Measure, PriceRule, Rate } from './kinds/price.ts'
export {
  type ReferenceVideoLimits,
  referencesIn,
  referenceToVideo,
  type WrittenReferences,
} from './kinds/reference-to-video.ts'
export { noReferences, type ReferenceLimits, type ReferenceNotation } from './kinds/references.ts'
export { everyVoice, languageOf, speechVoices } from './kinds/speech-voices.ts'
export { textToImage } from './kinds/text-to-image.ts'
export { textToVideo } from './kinds/text-to-video.ts'
export { shotsAddUp } from './kinds/video-content.ts'
export type { ShotLimits, VideoKind, VideoLimits } from './kinds/video-fields.ts'
export { type TryOnLimits, virtualTryOn } from './kinds/virtual-try-on.ts'
export { type Clock, elapsedOf, systemClock } from './model/clock.ts'
export { clockAt } from './model/emulated.ts'
export { ReelayError, withDetails } from './model/error.ts'
export type { Submission, TaskHandle } from './model/handle.ts'
export type { Json } from './model/json.ts'
export { type Media, type MediaRule, toBase64 } from './model/media.ts'
export { believableCost, type Cost, type MicroUsd, type NativeAmount, usd } from './model/money.ts'
export type { OwnPrice } from './model/own-price.ts'
export {
  type Finding,
  type Problem,
  type ProblemRule,
  problem,
  type Warning,
  type Way,
} from './model/problem.ts'
export type { Quote } from './model/quote.ts'
export { type Sniffed, sniff } from './model/sniff.ts'
export type {
  EndedTask,
  FailedTask,
  Failure,
  Output,
  PendingTask,
  SucceededTask,
  TaskStatus,
  VideoTask,
} from './model/task.ts'
export { type Chosen, isTerminal, taskWith } from './model/task.ts'
export { isBlank } from './model/text.ts'
export type { CameraControl, Kind, KlingModel, Mode, Shot } from './model/words.ts'
export type {
  AccountBalance,
  AccountGap,
  AccountInfo,
  AccountInfoReader,
} from './provider/account-info.ts'
export type { Appraisal } from './provider/appraisal.ts'
export { booleanOptions } from './provider/boolean-options.ts'
export { defineProvider, type SpecParts } from './provider/define.ts'
export { type Hosting, type OwnHost, resolveHosts } from './provider/hosts.ts'
export { type Auth, readEnv } from './provider/http/auth.ts'
export { keyText, withoutQuotes } from './provider/http/key-text.ts'
export type { HttpReply, HttpRequest } from './provider/http/message.ts'
export { retryAfterMs } from './provider/http/reply.ts'
export { type StaticKeyOptions, staticKey } from './provider/http/static-key.ts'
export type { InstanceOptions, ProviderOptionsBase } from './provider/instance.ts'
export type { ListPage, NamedReads, SearchPage, SearchProtocol, SearchRow } from './provider/listing.ts'
export { credentialVariables, type ManifestOption, type ProviderManifest } from './provider/manifest.ts'
export type { ErrorRow, NativeTask, Refusal } from './provider/native.ts'
export type { CallOptions, FindOptions, SubmitOptions } from './provider/options.ts'
export { quoteBy } from './provider/price.ts'
export type { CancelResult, FindResult, VideoProvider } from './provider/provider.ts'
export { isolatesRequests, type OwnFeatures } from './provider/runtime.ts'
export { assertKinds, rowsOf, type Sale, type Sold, sell } from './provider/sell.ts'
export type { ProviderSpec, Route, TaskPlace, UploadFile } from './provider/spec.ts'
export type { Step, StepAnswer } from './provider/step.ts'
export { searchByInput } from './provider/submit/search.ts'
export { takeSteps } from './provider/submit/steps.ts'
export { readHistory } from './provider/task/history.ts'
export { readNamed } from './provider/task/named.ts'
export { createReader, type Reader } from './provider/task/reader.ts'
export {
  type UsageGap,
  type UsageOptions,
  type UsagePeriod,
  type UsageReader,
  type UsageReport,
  type UsageRow,
  usagePeriod,
  usageReport,
} from './provider/usage.ts'
export { readUsage, type UsagePage } from './provider/usage-pages.ts'
export {
  idText,
  maybe,
  pathPart,
  present,
  type WireField,
  wireEither,
  wireId,
  wireNumber,
  wireReader,
  wireScalar,
} from './provider/wire.ts'
export { type GenerateOptions, generate } from './run/generate.ts'
export { type WaitOptions, wait } from './run/wait.ts'
export type { WebhookOptionsBase, WebhookReceiver } from './webhook/event.ts'
export type { Verification, VerifyDelivery, WebhookProtocol } from './webhook/protocol.ts'
export { defineWebhook } from './webhook/receive.ts'
export { refusedDelivery } from './webhook/refusal.ts'
export {
  freshTimestamp,
  type StandardWebhooksOptions,
  standardWebhooks,
  unsignedDeliveries,
} from './webhook/signature.ts'
