import {
  type HttpRequest,
  type ListPage,
  ReelayError,
  type Route,
  type Submission,
  type TaskHandle,
} from '@reelay/core/adapter'
import type { Dialect } from './dialects/dialect.ts'
import { solutions } from './dialects/solutions.ts'
import { v1 } from './dialects/v1.ts'

const dialects: readonly Dialect[] = [v1, solutions]

/** Every create that this adapter serves, by name. */
export const routes: Readonly<Record<string, Route>> = Object.assign({}, ...dialects.map((one) => one.routes))

/**
 * A route by its name.
 *
 * @throws ReelayError `ERR_INVALID_REQUEST` for a route this version does not have; its task may exist all the same.
 */
export function routeOf(route: string): Route {
  const row = Object.hasOwn(routes, route) ? routes[route] : undefined
  if (row) return row
  const message = `kling has no route ${route}: the handle or submission is from another version of this adapter.`
  throw new ReelayError('ERR_INVALID_REQUEST', message, { provider: 'kling', outcome: 'unknown' })
}

/** The path of a route; throws as {@link routeOf} does. */
export const pathOf = (route: string): string => routeOf(route).path

const dialectOf = (route: string): Dialect =>
  dialects.find(({ routes: own }) => Object.hasOwn(own, route)) ?? v1

/** Asks for one task. */
export function query({ route, id }: TaskHandle): HttpRequest {
  return dialectOf(route).query(routeOf(route), id)
}

/** Asks for the task of a submission by the id we gave it. */
export function find({ route, externalId }: Submission): HttpRequest | undefined {
  return externalId === undefined ? undefined : dialectOf(route).find(routeOf(route), externalId)
}

/** Whether tasks of a route are read together by their names, and not on pages of its own. */
export const isReadByName = (route: string): boolean => dialectOf(route) === solutions

/** Asks for a page of the tasks of one route of V1; there are 1,000 at most. */
export function list({ route, number, size }: ListPage): HttpRequest | undefined {
  if (number > 1_000) return undefined
  return { method: 'GET', path: pathOf(route), query: { pageNum: number, pageSize: size } }
}
