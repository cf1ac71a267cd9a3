/** Largest page of a list: pageSize 1 to 500, official list tables of 2026-02. */
export const tasksPerRead = 500

/** Its own pages and clients ask every 5 to 10 s; callers in the field every 3 to 10 (read 2026-11-26). */
export const pollFloorMs = 5_000

/**
 * No QPS limit is published, yet code 1302 exists, and the account's cost query is to be asked once a second at most:
 * two and a half reads a second are an assumption on the safe side.
 */
export const readSpacingMs = 400
