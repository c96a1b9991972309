const toCommonJs = ['@swc/jest', { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }];

/** One transform for all; `@roamgrid/x` resolves to sources, so a test never meets a stale build. */
const common = {
  testEnvironment: 'node',
  transform: {
    '^.+\\.ts$': toCommonJs,
    // The MongoDB driver imports one module dynamically, which jest's CommonJS runtime refuses.
    '/mongodb/lib/runtime_adapters\\.js$': ['@swc/jest', { jsc: { target: 'es2023' }, module: { type: 'commonjs' } }],
  },
  transformIgnorePatterns: ['/node_modules/(?!.*mongodb/lib/runtime_adapters\\.js$)'],
  moduleNameMapper: { '^@roamgrid/([^/]+)$': '<rootDir>/packages/$1/src/index.ts' },
  modulePathIgnorePatterns: ['/dist/'],
};

const project = (displayName, ...globs) => ({ ...common, displayName, testMatch: globs.map((glob) => `<rootDir>/${glob}`) });

export default {
  projects: [
    project('unit', 'packages/*/src/**/*.test.ts', 'services/*/src/**/*.test.ts', 'tools/*/src/**/*.test.ts'),
    project('repo', 'test/repo/**/*.test.ts'),
    project('integration', 'test/integration/**/*.test.ts', 'test/conformance/**/*.test.ts', 'test/fuzz/**/*.test.ts'),
    project('chaos', 'test/chaos/**/*.test.ts'),
  ],
  // Services, MongoDB and Kafka start in the tests: what they wait for is readiness, this is only the outer bound.
  testTimeout: 120_000,
  testSequencer: '<rootDir>/test/longest-first-sequencer.mjs',
  reporters: ['default', '<rootDir>/test/closing-line-reporter.mjs'],
};
