import { type CommandDef, defineCommand } from 'citty'
import { adapters } from '../config/registry.ts'
import { numberFlag } from './args.ts'
import { buyClip } from './buy.ts'
import { type Configured, openConfig, type Picked } from './config.ts'
import { UsageError } from './failure.ts'
import { readRequest, requestArgs, type TypedRequest } from './request.ts'
import { commonArgs, longestDeadline } from './shared-args.ts'

const ownArgs = {
  out: {
    type: 'string',
    default: 'renders',
    description: 'Folder for the clip, its sidecar and the run log',
    valueHint: 'folder',
  },
  provider: {
    type: 'string',
    description: `A name of reelay.config.*, or ${Object.keys(adapters).join(', ')}` as string,
    valueHint: 'name',
  },
  key: {
    type: 'string',
    description: 'Name of the order, with --live: whatever is bought under it is bought once',
    valueHint: 'name',
  },
  live: { type: 'boolean', description: 'Use the real service and real money instead of the emulator' },
  yes: { type: 'boolean', description: 'Do not ask before spending' },
} as const
const args: typeof requestArgs & typeof ownArgs & typeof commonArgs = {
  ...requestArgs,
  ...ownArgs,
  ...commonArgs,
}

/** Who is asked. Where nobody was named and nothing is paid for, somebody who sells the kind. */
function pickFor(
  { request }: TypedRequest,
  config: Configured,
  provider: string | undefined,
  live: boolean,
): Picked {
  const picked = config.pick(provider)
  const sells = (id: string): boolean => adapters[id]?.manifest.kinds.includes(request.kind) === true
  if (live || provider !== undefined || sells(picked.entry.use)) return picked
  const seller = Object.keys(adapters).find(sells)
  return seller === undefined ? picked : config.pick(seller)
}

/** `reelay generate`: one clip, from words or an image to a file. */
export const generateCommand: CommandDef<typeof args> = defineCommand({
  meta: {
    name: 'generate',
    description: 'Render one clip or picture; on the built-in emulator unless --live is given',
  },
  args,
  async run({ args: flags, rawArgs }) {
    const [live, json] = [flags.live === true, flags.json === true]
    const deadline = numberFlag('deadline', flags.deadline, 0.001, longestDeadline)
    const { key, provider, config: file, 'base-url': baseURL, out } = flags
    if (baseURL !== undefined && !live) throw new UsageError('--base-url goes with --live.')
    if (key !== undefined && !live)
      throw new UsageError('--key goes with --live: the built-in emulator keeps no journal.')
    const config = await openConfig(file)
    const typed = await readRequest(rawArgs, args, !live)
    const picked = pickFor(typed, config, provider, live)
    const folder = out === args.out.default ? undefined : out
    await buyClip({
      ...{ config, picked, typed, live, key, baseURL, deadline, json, folder: out },
      yes: flags.yes === true,
      flags: { provider, config: file, 'base-url': baseURL, out: folder },
    })
  },
})
