/** A list's page, whose size cannot be chosen (OpenAPI 1.0.0-a1, copy of 2026-04-09). */
export const tasksPerRead = 100

/** 3,000 reads a minute are documented; half of them are left to whoever else uses the account. */
export const readSpacingMs = 40
