export {
  type AcceptCallbackOptions,
  acceptCallback,
  type CallbackResult,
} from './accept-callback.ts'
export type { BreakerPolicy } from './breaker.ts'
export type { Budget } from './budget.ts'
export { failover } from './failover.ts'
export { curable, type FailoverPolicy } from './failover-policy.ts'
export { type GovernOptions, govern } from './govern.ts'
export { type GuardOptions, guard } from './guard.ts'
export type { Claim, Journal, JournalEntry, Reservation, ReservationEntry } from './journal.ts'
export { purchaseId } from './journal.ts'
export { endOf, type JournaledOptions, journaled } from './journaled.ts'
export { type OpenAttempt, openPurchases, type Purchase } from './journaled-purchases.ts'
export { memoryJournal } from './memory-journal.ts'
export { type ResumeItem, resume } from './resume.ts'
export { type SettleOptions, settle } from './settle.ts'
export { type StorageLike, unstorageJournal } from './unstorage.ts'
export { type DeliveryContext, type WebhooksOptions, webhooks } from './webhooks.ts'
