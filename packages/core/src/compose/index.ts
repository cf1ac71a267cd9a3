export type { Claim, Journal, JournalEntry, Reservation, ReservationEntry } from './journal.ts'
export { purchaseId } from './journal.ts'
export { memoryJournal } from './memory-journal.ts'
