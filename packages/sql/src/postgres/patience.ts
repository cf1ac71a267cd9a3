import { Lost } from './trouble.ts'

// What a server gets, beyond that, for saying itself that it has waited long enough.
const graceMs = 1_000

/** How long a call waits, by elapsed time. */
export interface Patience {
  waitedMs(): number
  leftMs(): number
  /**
   * What something comes to.
   *
   * @throws Lost when our patience has ended long before; a connection may be dead without anybody telling.
   */
  within<Result>(work: Promise<Result>): Promise<Result>
}

/** Some milliseconds from now on. */
export function patienceOf(ms: number): Patience {
  const startedAt = performance.now()
  const waitedMs = (): number => performance.now() - startedAt
  const leftMs = (): number => ms - waitedMs()
  return {
    waitedMs,
    leftMs,
    within: (work) =>
      new Promise((done, fail) => {
        const timer = setTimeout(() => fail(new Lost('no answer')), Math.max(leftMs() + graceMs, 0))
        work.then(done, fail).finally(() => clearTimeout(timer))
      }),
  }
}
