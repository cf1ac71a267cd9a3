import { readFile, rm } from 'node:fs/promises'
import { dirname, relative } from 'node:path'
import { isTaskHandle, type TaskHandle, wait } from '@reelay/core'
import { type CommandDef, defineCommand } from 'citty'
import { numberFlag, refuseUnknownFlags } from './args.ts'
import { UsageError } from './failure.ts'
import { charged, keep, table } from './finish.ts'
import { onInterrupt } from './interrupt.ts'
import { showProgress } from './progress.ts'
import { liveTarget } from './target.ts'

const args = {
  handle: { type: 'positional', required: true, description: 'File with the handle of a task' },
  deadline: { type: 'string', description: 'Seconds to wait; an hour when left out' },
  'base-url': { type: 'string', description: 'Where the provider is, such as an emulator on a port' },
} as const

async function readHandle(file: string): Promise<TaskHandle> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new UsageError(`There is no readable file ${file}.`)
  })
  try {
    const handle: unknown = JSON.parse(text)
    if (isTaskHandle(handle)) return handle
  } catch {
    // Said below, as for any other content.
  }
  throw new UsageError(`${file} does not hold a task handle.`)
}

/** `reelay wait`: goes on with a task that was paid for earlier. */
export const waitCommand: CommandDef<typeof args> = defineCommand({
  meta: { name: 'wait', description: 'Wait for a task that was paid for earlier, and save its clip' },
  args,
  async run({ args: flags, rawArgs }) {
    refuseUnknownFlags(rawArgs, args, flags, 1)
    const deadline = numberFlag('deadline', flags.deadline, 1)
    const handle = await readHandle(flags.handle)
    const { provider: use, account } = handle
    const target = await liveTarget({ use, account, baseURL: flags['base-url'] })
    const progress = showProgress(
      `Waiting for task ${handle.id} on ${handle.provider}`,
      process.stdout.isTTY === true,
    )
    const interrupt = onInterrupt()
    try {
      const task = await wait(target.provider, handle, {
        abortSignal: interrupt.signal,
        ...(deadline === undefined ? {} : { deadlineMs: deadline * 1_000 }),
        onEvent: progress.onEvent,
      })
      if (task.status !== 'succeeded') {
        progress.fail(task.status === 'failed' ? task.failure.message : task.status)
        process.exitCode = 1
        return
      }
      const { saved } = await keep(task, target, dirname(flags.handle))
      await rm(flags.handle, { force: true })
      progress.end('done')
      console.log(
        table([
          ['file', relative(process.cwd(), saved.file)],
          ['actual', charged(task)],
          ['task', task.id],
        ]),
      )
    } catch (error) {
      progress.fail('not finished')
      console.error(`\nThe task goes on. Finish it with: reelay wait ${flags.handle}`)
      throw error
    } finally {
      interrupt.release()
    }
  },
})
