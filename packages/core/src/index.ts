export { type Chain, type ChainStart, chain } from './compose/chain/chain.ts'
export type { ChainPlan, PlannedStep } from './compose/chain/plan.ts'
export type { ChainOptions, ChainResult, FinishedStep } from './compose/chain/run.ts'
export type { ClipKind, NextRequest, StepOptions } from './compose/chain/steps.ts'
export type { BreakerPolicy } from './compose/failover/breaker.ts'
export { failover } from './compose/failover/failover.ts'
export { curable, type FailoverPolicy } from './compose/failover/policy.ts'
export { type GovernOptions, govern } from './compose/govern/govern.ts'
export type { Budget } from './compose/guard/budget.ts'
export type { GuardEvent } from './compose/guard/events.ts'
export { type GuardOptions, guard } from './compose/guard/guard.ts'
export type { Journal } from './compose/journal/journal.ts'
export { memoryJournal } from './compose/journal/memory.ts'
export {
  type Ended,
  type Found,
  isOpen as isOpenPurchase,
  isOpenOrder,
  isReadable,
  type Order,
  type Purchase,
  type PurchaseAttempt,
  type UnreadableOrder,
} from './compose/journal/order.ts'
export { noteEnd, noteStored, openPurchases, unreadableOrders } from './compose/journal/purchases.ts'
export { deciding as decidingPurchase } from './compose/journal/standing.ts'
export { type StorageLike, unstorageJournal } from './compose/journal/unstorage.ts'
export { type JournaledOptions, journaled } from './compose/journaled/journaled.ts'
export { type ResumeItem, resume } from './compose/journaled/resume.ts'
export { type SettleOptions, settle } from './compose/journaled/settle.ts'
export {
  budgetOf,
  type ClipsBudget,
  formatPlanBudget,
  type PlanBudget,
  type PlannedClips,
} from './compose/plan-budget.ts'
export { type CheapestOptions, cheapest } from './compose/prices/cheapest.ts'
export { type CompareOptions, compare } from './compose/prices/compare.ts'
export type {
  ComparedOffer,
  Comparison,
  MissingOffer,
  OfferGroup,
  Quality,
} from './compose/prices/comparison.ts'
export type { Concession } from './compose/prices/concede.ts'
export { type Drift, formatShare } from './compose/prices/drift.ts'
export type { RecommendFact, RecommendReason } from './compose/prices/facts.ts'
export type { IntentTerms, Purpose, RenderIntent } from './compose/prices/intent.ts'
export {
  type FinishedDraft,
  type PromoteOptions,
  type PromoteTerms,
  promote,
  promotionKey,
  promotionOf,
} from './compose/prices/promote.ts'
export type { KnownQuote } from './compose/prices/ranks.ts'
export { readUsages } from './compose/prices/read-usage.ts'
export { recommend } from './compose/prices/recommend.ts'
export type { RecommendRule } from './compose/prices/recommend-rules.ts'

export type {
  NothingFits,
  Recommendation,
  RecommendedClip,
  RecommendedOffer,
} from './compose/prices/recommendation.ts'
export { reconcile } from './compose/prices/reconcile.ts'
export type {
  NoUsage,
  ReconcileOptions,
  Reconciliation,
  Stranger,
  Unchecked,
} from './compose/prices/reconciliation.ts'
export { retarget } from './compose/prices/retarget.ts'
export type { FieldRetarget, Retargeting } from './compose/prices/retargeting.ts'
export type { SpendGroup } from './compose/prices/spend-groups.ts'
export type { PassedOver } from './compose/prices/survey.ts'
export {
  type AcceptCallbackOptions,
  acceptCallback,
  type CallbackResult,
} from './compose/webhooks/callback.ts'
export { type DeliveryContext, type WebhooksOptions, webhooks } from './compose/webhooks/webhooks.ts'
export { type Wrapping, wrap } from './compose/wrap.ts'
export { type ClipFields, type ClipLimits, type ClipRef, clipOf, isClipRef } from './kinds/clip.ts'
export { type ExtendLimits, type ExtendRequest, extend } from './kinds/extend.ts'
export type { Expansion, ExpansionLimits } from './kinds/image-expansion.ts'
export type { ImageFields, ImageLimits, PictureReference } from './kinds/image-fields.ts'
export { imageToImage } from './kinds/image-to-image.ts'
export type { ImageInputLimits, ImageToImageRequest } from './kinds/image-to-image-fields.ts'
export { type ImageToVideoRequest, imageToVideo } from './kinds/image-to-video.ts'
export type { KindRow } from './kinds/kind.ts'
export type { SharedFields } from './kinds/kind-types.ts'
export {
  type Catalog,
  isClipOffer,
  isVideoOffer,
  type KindMap,
  kinds,
  type Offer,
  type RenderRequest,
  type RequestOf,
} from './kinds/kinds.ts'
export { lipSync } from './kinds/lip-sync.ts'
export type { AudioId, LipSyncLimits, LipSyncRequest } from './kinds/lip-sync-fields.ts'
export type { FreeFailures, OfferState, Retention, Timing } from './kinds/offer.ts'
export type { Measure, PriceRule, Rate } from './kinds/price.ts'
export {
  type ReferenceToVideoRequest,
  type ReferenceVideoLimits,
  referenceToVideo,
} from './kinds/reference-to-video.ts'
export type { Reference, ReferenceLimits, ReferenceNotation } from './kinds/references.ts'
export { speechVoices } from './kinds/speech-voices.ts'
export { type TextToImageRequest, textToImage } from './kinds/text-to-image.ts'
export { type TextToVideoRequest, textToVideo } from './kinds/text-to-video.ts'
export type { ShotLimits, VideoFields, VideoKind, VideoLimits } from './kinds/video-fields.ts'
export { type TryOnLimits, type VirtualTryOnRequest, virtualTryOn } from './kinds/virtual-try-on.ts'
export type { Attempt } from './model/attempt.ts'
export { type Clock, elapsedOf, systemClock } from './model/clock.ts'
export {
  type CaughtError,
  type ErrorDetails,
  ReelayError,
  type TaskFailedError,
  withDetails,
} from './model/error.ts'
export { isSubmission, isTaskHandle, type Submission, type TaskHandle } from './model/handle.ts'
export type { Media, MediaBytes, MediaForm, MediaRule } from './model/media.ts'
export { type Cost, formatNative, formatUsd, type MicroUsd, type NativeAmount, usd } from './model/money.ts'
export type { ErrorCode, Outcome } from './model/outcome.ts'
export type { OwnAmount, OwnPrice } from './model/own-price.ts'
export { applySuggestion } from './model/patch.ts'
export type { Finding, Problem, ProblemRule, RequestPatch, Warning, Way } from './model/problem.ts'
export {
  type BoundedQuote,
  type ExactQuote,
  formatQuote,
  mostOf,
  type PriceSource,
  type Quote,
  type UnknownQuote,
} from './model/quote.ts'
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
} from './model/task.ts'
export { printable } from './model/text.ts'
export type {
  AspectRatio,
  CameraControl,
  Kind,
  KlingModel,
  Mode,
  ProviderOptions,
  Shot,
} from './model/words.ts'
export type {
  AccountBalance,
  AccountGap,
  AccountInfo,
  AccountInfoReader,
} from './provider/account-info.ts'
export type { Appraisal } from './provider/appraisal.ts'
export type { ProviderHost } from './provider/hosts.ts'
export type { EncodedRequest } from './provider/http/message.ts'
export type { ProviderOptionsBase } from './provider/instance.ts'
export type {
  AskClaims,
  CallOptions,
  Claims,
  FindOptions,
  GetManyOptions,
  RecordEntry,
  SubmitOptions,
} from './provider/options.ts'
export type { FailedPurchase, Known, OrderContext } from './provider/order.ts'
export type { Upload } from './provider/own-upload.ts'
export type {
  CancelResult,
  FindResult,
  PurchasesPerOrder,
  VideoProvider,
} from './provider/provider.ts'
export { nearest } from './provider/request/nearest.ts'
export { offerFor } from './provider/request/offer.ts'
export { missingFeatures } from './provider/runtime.ts'
export type { UploadFile } from './provider/spec.ts'
export type { StepResult } from './provider/step.ts'
export type { Stored } from './provider/stored.ts'
export type {
  UsageGap,
  UsageOptions,
  UsageReader,
  UsageReport,
  UsageRow,
} from './provider/usage.ts'
export { type Download, download } from './run/download/download.ts'
export { type Destination, fileNamePart } from './run/download/names.ts'
export type { DownloadOptions, TransferProgress } from './run/download/options.ts'
export type { Store, StoreContext, StoredFile } from './run/download/store.ts'
export { type S3Options, type S3Target, toS3 } from './run/download/to-s3.ts'
export { type RawStorageLike, toStorage } from './run/download/to-storage.ts'
export type { RenderEvent, RenderListener } from './run/events.ts'
export { type GenerateOptions, generate } from './run/generate.ts'
export { usualMs } from './run/usual.ts'
export { type WaitOptions, wait } from './run/wait.ts'
export { deliver, hint } from './run/watch/scheduler.ts'
export { type WatchEvent, type Watcher, type WatchOptions, watch } from './run/watch/watch.ts'
export { confirmEvent } from './webhook/confirm.ts'
export { type DeliveryStore, type MemoryDeliveriesOptions, memoryDeliveries } from './webhook/deliveries.ts'
export type { TaskEvent, WebhookOptionsBase, WebhookReceiver } from './webhook/event.ts'
export type { WebhookError, WebhookReason } from './webhook/refusal.ts'
