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
export type { GuardEvent } from './guard-events.ts'
export type {
  Amendment,
  Change,
  Journal,
  Reservation,
  ReserveAsked,
  Reserved,
  Transition,
} from './journal/journal.ts'
export { memoryJournal } from './journal/memory.ts'
export {
  type Ended,
  type Found,
  isOpen as isOpenPurchase,
  isOpenOrder,
  isReadable,
  namesOf,
  type Order,
  type Purchase,
  type PurchaseAttempt,
  taskNamesOf,
  type UnreadableOrder,
} from './journal/order.ts'
export { noteEnd, noteStored, openPurchases, unreadableOrders } from './journal/purchases.ts'
export { anothersTask, assertRetention, readable as readableOrder, readOrder } from './journal/read-order.ts'
export { deciding as decidingPurchase } from './journal/standing.ts'
export { type StorageLike, unstorageJournal } from './journal/unstorage.ts'
export { type JournaledOptions, journaled } from './journaled/journaled.ts'
export { type ResumeItem, resume } from './resume.ts'
export { type SettleOptions, settle } from './settle.ts'
export { type DeliveryContext, type WebhooksOptions, webhooks } from './webhooks.ts'
