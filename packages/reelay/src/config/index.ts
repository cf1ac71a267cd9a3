export { createProvider, type EnvReference, env, type ProviderConfig } from './create-provider.ts'
export type { RequestDefaults } from './defaults.ts'
export {
  defineConfig,
  type LoadConfigOptions,
  type LoadedConfig,
  loadConfig,
} from './load-config.ts'
export type { ReelayConfig } from './read-config.ts'
