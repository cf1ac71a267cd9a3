import type { Follow, Message, Source } from '../webhooks/message.ts'
import type { Task } from './task.ts'

/** How a task that is followed goes on. */
export interface Life<Status> {
  statusAt(at: number): Status
  /** When it next changes by itself, as far as it is known. */
  nextChange(at: number): number | undefined
  /** What a new status has to tell. */
  messages(status: Status, at: number): readonly Message[]
}

/** Reads a task's changes one after the other, each once, however far the clock has jumped. */
export function createReader<Status>(
  { createdAt }: Task,
  { statusAt, nextChange, messages }: Life<Status>,
  before?: Status,
): (now: number) => readonly Message[] {
  let seenUntil = createdAt - 1
  let last = before
  return (now) => {
    const news: Message[] = []
    const visit = (at: number): void => {
      const status = statusAt(at)
      if (at < createdAt || status === last) return
      last = status
      news.push(...messages(status, at))
    }
    for (let at = nextChange(seenUntil); at !== undefined && at <= now; at = nextChange(at)) visit(at)
    visit(now)
    seenUntil = Math.max(seenUntil, now)
    return news
  }
}

/** The news of one task, until it has ended. */
export function newsOf<Status>(
  task: Task,
  life: Life<Status> & { isOver(status: Status): boolean },
  before?: Status,
): Source {
  const read = createReader(task, life, before)
  return {
    look: (now) => {
      const news = read(now)
      return life.isOver(life.statusAt(now)) ? { news } : { news, again: life.nextChange(now) ?? Infinity }
    },
    forget: () => {},
  }
}

/** Followed tasks of a provider, where one task's state depends on the others. */
export interface Group<Followed> {
  /** How a task that is followed already takes its news. */
  messages(followed: Followed, now: number): readonly Message[]
  isOver(followed: Followed, now: number): boolean
  /** Brings every task up to date. */
  settle(now: number): void
  /** The earliest time after `now` at which any of them may change. */
  nextChange(now: number): number
}

/** Follows tasks together. */
export function followTogether<Followed>(
  webhooks: Follow,
  { messages, isOver, settle, nextChange }: Group<Followed>,
): (followed: Followed) => void {
  const open = new Set<Followed>()
  const source: Source = {
    look: (now) => {
      settle(now)
      const news = [...open].flatMap((followed) => messages(followed, now))
      for (const followed of [...open]) if (isOver(followed, now)) open.delete(followed)
      return open.size === 0 ? { news } : { news, again: nextChange(now) }
    },
    forget: () => open.clear(),
  }
  return (followed) => {
    open.add(followed)
    webhooks.follow(source)
  }
}
