import type { HttpRequest, Route } from '@reelay/core/adapter'

/** One of the three forms in which Kling takes and tells of tasks; what its replies hold, `read.ts` tells by their keys. */
export interface Dialect {
  /** Its creates, each named as in handles. */
  readonly routes: Readonly<Record<string, Route>>
  /** Asks for one task by Kling's own id. */
  query(route: Route, id: string): HttpRequest
  /** Asks for the task of a create by the id we gave it. */
  find(route: Route, externalId: string): HttpRequest
}
