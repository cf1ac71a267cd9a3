export * from './compose/index.ts'
export * from './model/index.ts'
export * from './provider/index.ts'
export * from './run/index.ts'
