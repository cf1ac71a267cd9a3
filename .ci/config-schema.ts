// The JSON Schema of reelay.config.json, which the package `reelay` ships, from the schema that the loader reads by and the
// manifests of the adapters.
import { configJsonSchema } from '../packages/reelay/src/config/schema.ts'

/** The schema as the file holds it. */
export const configSchema = (): string => `${JSON.stringify(configJsonSchema(), null, 2)}\n`
