/** The list of test projects, one per package or example that has tests. */
export default ['packages/*', 'examples/*']
