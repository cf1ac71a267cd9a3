import { configDefaults, type TestProjectInlineConfiguration } from 'vitest/config'

// Packages whose tests leave a process as they found it.
const shared = ['packages/{fal,kling,piapi,replicate,testing}/test/**/*.test.ts']

/**
 * The two kinds of test files: those that share a process, in which they find loaded what they all need, and those that
 * have one of their own.
 */
export default [
  { extends: true, test: { name: 'shared', include: shared, isolate: false } },
  {
    extends: true,
    test: {
      name: 'alone',
      include: ['{packages,examples}/*/test/**/*.test.ts'],
      exclude: [...configDefaults.exclude, ...shared],
    },
  },
] satisfies TestProjectInlineConfiguration[]
