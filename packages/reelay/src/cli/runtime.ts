import { missingFeatures } from '@reelay/core'
import { UsageError } from './failure.ts'
import { own } from './version.ts'

const needs = `Reelay runs on Node ${own.engines.node}; this is ${process.version}. Nothing was sent.`

/** Refuses, before anybody is asked or anything is bought, a runtime that could not finish the job. */
export function refuseOldRuntime(): void {
  const missing = missingFeatures()
  if (missing.length > 0) throw new UsageError(`This runtime lacks ${missing.join(', ')}. ${needs}`)
}

/** A command's code, loaded: what an old runtime cannot load, it cannot run either. */
export async function loaded<Module>(load: () => Promise<Module>): Promise<Module> {
  refuseOldRuntime()
  try {
    return await load()
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n', 1)[0] : String(error)
    throw new UsageError(`This runtime cannot load what the command needs: ${why?.slice(0, 200)}. ${needs}`)
  }
}
