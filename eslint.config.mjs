import tseslint from 'typescript-eslint';

/**
 * Dependencies point one way (DESIGN §2): services → conversation-service → (object-service | changes | ocpi-client) → (store | runtime) →
 * (modules | ocpi). What a package may import of ours stands here once.
 */
const mayImport = {
  'packages/ocpi': [],
  'packages/modules': [],
  'packages/runtime': ['ocpi', 'modules'],
  'packages/store': ['runtime', 'ocpi', 'modules'],
  'packages/changes': ['store', 'runtime', 'ocpi', 'modules'],
  'packages/ocpi-client': ['store', 'runtime', 'ocpi', 'modules'],
  'packages/object-service': ['changes', 'store', 'runtime', 'ocpi', 'modules'],
  'packages/conversation-service': ['object-service', 'changes', 'ocpi-client', 'store', 'runtime', 'ocpi', 'modules'],
  'packages/cli': ['client'],
  'packages/client': [], // it is published, and our other packages are not
  'packages/conformance': ['ocpi', 'modules'],
  'packages/testkit': ['ocpi', 'modules'],
  'services/*': ['conversation-service', 'object-service', 'changes', 'ocpi-client', 'store', 'runtime', 'ocpi', 'modules'],
};

const boundaries = Object.entries(mayImport).map(([folder, allowed]) => ({
  files: [`${folder}/src/**/*.ts`],
  ignores: ['**/*.test.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: `^@roamgrid/(?!(${['$none', ...allowed].join('|')})$)`,
            message: `${folder} may import of ours only: ${allowed.join(', ') || 'nothing'} (DESIGN §2).`,
          },
          { regex: '^(\\.\\./)+(packages|services|tools|test)/', message: 'Import a package by its name.' },
        ],
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', 'coverage/**', 'packages/*/src/generated/**', '**/*.mjs', '**/*.cjs'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        // One program for all files, tests too: a program a package would read the same declarations forty times.
        project: ['tsconfig.all.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-redundant-type-constituents': 'off',
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 60 }],
      complexity: ['error', 15],
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-redeclare': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  {
    files: ['**/*.test.ts', 'test/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: [{ from: 'package', name: ['describe', 'it', 'test'], package: '@types/jest' }] }],
    },
  },
  { files: ['tools/*/src/**/*.ts', 'test/bench/**/*.ts'], rules: { 'no-console': 'off' } },
  ...boundaries,
);
