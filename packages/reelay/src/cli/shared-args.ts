/** Seconds: 24 days, beyond which timers of the runtime overflow. */
export const longestDeadline: number = 2_000_000

/** Flags of every command that talks to a provider. */
export const commonArgs = {
  config: {
    type: 'string',
    description: 'Configuration file; the nearest reelay.config.* when left out',
    valueHint: 'file',
  },
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
  debug: { type: 'boolean', description: 'Show where an internal error happened' },
} as const
