/**
 * The keys of each provider's demo account: fixed, public, and worthless anywhere else.
 *
 * @example
 * ```ts
 * import { createEmulator, demoCredentials } from '@reelay/emulator'
 *
 * const emulator = createEmulator()
 * const headers = { authorization: `Bearer ${demoCredentials.kling.apiKey}` }
 * const answer = await emulator.fetch('https://api-singapore.klingai.com/v1/videos/text2video', { headers })
 * ```
 */
export const demoCredentials: {
  readonly kling: {
    readonly accessKey: string
    readonly secretKey: string
    readonly apiKey: string
    /** For an account that signs: the demo account, as a new one at Kling, has no webhook secret. */
    readonly webhookSecret: string
    /** Of the relay before it. */
    readonly relayKey: string
  }
  readonly fal: { readonly key: string }
  readonly piapi: { readonly apiKey: string }
  readonly replicate: {
    readonly apiToken: string
    readonly webhookSecret: string
    readonly filesSecret: string
  }
} = {
  kling: {
    accessKey: 'demo-access-key-not-real',
    secretKey: 'demo-secret-key-not-real-0000000',
    apiKey: 'demo-api-key-not-real',
    relayKey: 'demo-relay-key-not-real',
    webhookSecret: 'whsec_ZGVtby1rbGluZy13ZWJob29rLW5vdC1yZWFs',
  },
  fal: { key: 'demo-key-id-not-real:demo-key-secret-not-real' },
  piapi: { apiKey: 'demo-piapi-key-not-real' },
  replicate: {
    apiToken: 'r8_demo-token-not-real',
    webhookSecret: 'whsec_ZGVtby13ZWJob29rLXNlY3JldC1ub3QtcmVhbA==',
    filesSecret: 'demo-files-secret-not-real',
  },
}
