import { configDefaults, type TestProjectInlineConfiguration } from 'vitest/config'

// Packages whose tests leave a process as they found it.
const shared = ['packages/{fal,kling,piapi,replicate,testing}/test/**/*.test.ts']

// Long: many processes, kills, thousands of requests, a browser. The gate runs them; `npm test` has the short ones.
const campaigns = ['{packages,examples}/*/test/**/*.campaign.test.ts']

/**
 * The kinds of test files: those that share a process, in which they find loaded what they all need, those that have one
 * of their own, and the long ones.
 */
export default [
  {
    extends: true,
    test: {
      name: 'shared',
      include: shared,
      exclude: [...configDefaults.exclude, ...campaigns],
      isolate: false,
    },
  },
  {
    extends: true,
    test: {
      name: 'alone',
      include: ['{packages,examples}/*/test/**/*.test.ts'],
      exclude: [...configDefaults.exclude, ...shared, ...campaigns],
    },
  },
  { extends: true, test: { name: 'campaigns', include: campaigns } },
] satisfies TestProjectInlineConfiguration[]
