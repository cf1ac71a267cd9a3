import process from 'node:process'

/** Runs something while environment variables are set, or unset where the value is `undefined`; then restores them. */
export async function withEnv<Value>(
  env: Readonly<Record<string, string | undefined>>,
  run: () => Promise<Value>,
): Promise<Value> {
  const set = (name: string, value: string | undefined): void => {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
  const before = Object.keys(env).map((name) => [name, process.env[name]] as const)
  try {
    for (const [name, value] of Object.entries(env)) set(name, value)
    return await run()
  } finally {
    for (const [name, value] of before) set(name, value)
  }
}
