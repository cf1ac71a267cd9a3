export type { Appraisal } from './appraise.ts'
export { booleanOptions } from './boolean-options.ts'
export { defineProvider } from './define.ts'
export { type Hosting, type OwnHost, type ProviderHost, resolveHosts } from './hosts.ts'
export { type Auth, readEnv } from './http/auth.ts'
export { keyText, withoutQuotes } from './http/key-text.ts'
export type { HttpReply, HttpRequest } from './http/message.ts'
export { pathPart } from './http/path-part.ts'
export { retryAfterMs } from './http/retry-after.ts'
export { type StaticKeyOptions, staticKey } from './http/static-key.ts'
export type { InstanceOptions, ProviderOptionsBase } from './instance.ts'
export { credentialVariables, type ManifestOption, type ProviderManifest } from './manifest.ts'
export type { Draft, ErrorRow, NativeTask, Refusal, Subject } from './native.ts'
export type { FailedPurchase, Known, OrderContext } from './order.ts'
export type {
  AskClaims,
  CallOptions,
  CancelResult,
  Claims,
  FindOptions,
  FindResult,
  GetManyOptions,
  RecordEntry,
  SubmitOptions,
  VideoProvider,
} from './provider.ts'
export { createReader, type Reader } from './reader.ts'
export { nearest } from './request/nearest.ts'
export { offerFor } from './request/offer.ts'
export { isolatesRequests, missingFeatures, type OwnFeatures } from './runtime.ts'
export type {
  ListPage,
  ProviderSpec,
  Route,
  SearchPage,
  SearchProtocol,
  SearchRow,
  TaskPlace,
  UploadFile,
} from './spec.ts'
export type { Stored } from './stored.ts'
export { idText, maybe, present, wireId, wireNumber, wireReader } from './wire.ts'
