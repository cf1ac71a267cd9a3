/**
 * Ids of the providers that Reelay has adapters for: names that may stand under `providerOptions`, whoever renders in the
 * end. Adapters of others add their own id by being asked.
 */
export const knownProviders: readonly string[] = ['kling', 'piapi', 'fal', 'replicate']
