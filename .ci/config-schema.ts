// Writes the JSON Schema of reelay.config.json, which the package `reelay` ships, from the schema that the loader reads by
// and the manifests of the adapters.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { configJsonSchema } from '../packages/reelay/src/config/schema.ts'

const file = join(import.meta.dirname, '../packages/reelay/config.schema.json')
writeFileSync(file, `${JSON.stringify(configJsonSchema(), null, 2)}\n`)
