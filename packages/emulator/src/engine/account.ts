import type { TaskStore } from './store.ts'
import type { Task } from './task.ts'

/** What the engine needs to know of an account; a wire adds its keys and its limits. */
export interface Account {
  readonly name: string
  /** Ever paid in, in the provider's smallest unit; what is left follows from the tasks. */
  granted: number
}

/** The accounts of one provider, in the order of the options. */
export interface Accounts<A extends Account> {
  all(): readonly A[]
  /** The first one that matches. */
  owner(matches: (account: A) => boolean): A | undefined
  /** The first one unless named; throws where there is none of that name. */
  named(name: string | undefined): A
  /** Everything as it was at the beginning. */
  reopen(): void
}

/** Opens accounts from their options; without a name the n-th is called `account-n`. */
export function createAccounts<A extends Account, Options extends { readonly name?: string }>(
  label: string,
  options: readonly Options[],
  open: (options: Options, index: number) => Omit<A, 'name'>,
): Accounts<A> {
  const opened = (): A[] =>
    options.map((account, index) => ({
      name: account.name ?? `account-${index + 1}`,
      ...open(account, index),
    })) as A[]
  let accounts = opened()
  return {
    all: () => accounts,
    owner: (matches) => accounts.find(matches),
    named: (name) => {
      const account = name === undefined ? accounts[0] : accounts.find((one) => one.name === name)
      if (!account) throw new Error(`the emulated ${label} has no account '${name ?? ''}'`)
      return account
    },
    reopen: () => {
      accounts = opened()
    },
  }
}

/** What an account has spent and not got back, given the price of each task. */
export const spentBy = <T extends Task>(
  tasks: TaskStore<T>,
  { name }: Account,
  cost: (task: T) => number,
): number => tasks.ofAccount(name).reduce((sum, task) => sum + cost(task), 0)

/** Orders from the control for the tasks created next. */
export interface Upcoming<Failure> {
  failNext(count: number, failure: Failure): void
  slowNext(count: number, ms: number): void
  chargeNext(count: number, factor: number): void
  /** The failure that the task now created was ordered to end with. */
  takeFailure(): { readonly failure: Failure } | undefined
  /** How much longer it was ordered to take, milliseconds. */
  takeDelayMs(): number
  /** By what its list price is multiplied; 1 unless ordered. */
  takeCharge(): number
  clear(): void
}

export function createUpcoming<Failure>(): Upcoming<Failure> {
  const failures: { left: number; readonly failure: Failure }[] = []
  const delays: { left: number; readonly ms: number }[] = []
  const charges: { left: number; readonly factor: number }[] = []
  function takeNext<Order extends { left: number }>(orders: readonly Order[]): Order | undefined {
    const order = orders.find(({ left }) => left > 0)
    if (order) order.left -= 1
    return order
  }
  return {
    failNext: (left, failure) => void failures.push({ left, failure }),
    slowNext: (left, ms) => void delays.push({ left, ms }),
    chargeNext: (left, factor) => void charges.push({ left, factor }),
    takeFailure: () => takeNext(failures),
    takeDelayMs: () => takeNext(delays)?.ms ?? 0,
    takeCharge: () => takeNext(charges)?.factor ?? 1,
    clear: () => {
      failures.length = 0
      delays.length = 0
      charges.length = 0
    },
  }
}
