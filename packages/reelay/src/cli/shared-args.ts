/** Seconds: 24 days, beyond which timers of the runtime overflow. */
export const longestDeadline: number = 2_000_000

export const configArg = {
  type: 'string',
  description: 'Configuration file; the nearest reelay.config.* when left out',
  valueHint: 'file',
} as const

/** Whose prices are asked for. */
export const providersArg = {
  type: 'string',
  description: 'Names of the configuration, or ids, separated by commas; all of them when left out',
  valueHint: 'names',
} as const

export const debugArg = { type: 'boolean', description: 'Show where an internal error happened' } as const

/** Flags of every command that talks to a provider. */
export const commonArgs = {
  config: configArg as typeof configArg,
  'base-url': {
    type: 'string',
    description: 'Where the provider is, such as an emulator on a port or a relay',
    valueHint: 'url',
  },
  deadline: {
    type: 'string',
    description: 'Seconds to wait for the clip; an hour when left out',
    valueHint: 'seconds',
  },
  json: { type: 'boolean', description: 'Print the result, or the error, as one JSON document' },
  debug: debugArg as typeof debugArg,
} as const
