import importX, { createNodeResolver } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** Forbids value imports of `name`; a type import costs nothing at run time and is allowed. */
const only = (name, where) => ({
  name,
  allowTypeImports: true,
  message: `Import ${name} by value only in ${where}.`,
});
const VSCODE = only('vscode', 'src/extension.ts, src/commands.ts, src/host/, src/models/languageModel.ts');
const DOCKERODE = only('dockerode', 'src/container/docker.ts');
const TOOLKIT = only('@vscode/webview-ui-toolkit', 'webview/kit.ts');
const SDK = {
  group: ['@anthropic-ai/sdk', '@anthropic-ai/sdk/**'],
  message: 'The SDK is imported only in src/models/, its types included.',
};

const restrict = (paths, patterns) => ({
  '@typescript-eslint/no-restricted-imports': ['error', { paths, patterns }],
});

/** Folders of src that must stay free of others: [target, forbidden folders]. */
const ZONES = [
  [
    'src/shared',
    ['src/host', 'src/session', 'src/agent', 'src/models', 'src/kernel', 'src/container', 'webview'],
  ],
  ['src/kernel', ['src/host', 'src/session', 'src/agent', 'src/models', 'src/container', 'webview']],
  ['src/agent', ['src/host', 'src/session', 'src/container', 'webview']],
  ['src/container', ['src/host', 'src/session', 'src/agent', 'src/models', 'webview']],
  ['src/models', ['src/host', 'src/session', 'src/kernel', 'src/container', 'webview']],
  ['src/session', ['src/host', 'src/container', 'webview']],
  ['src/host', ['webview']],
  ['webview', ['src/host', 'src/session', 'src/agent', 'src/models', 'src/kernel', 'src/container']],
];

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'test/fixtures/', 'media/', '.vscode-test/'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    plugins: { 'import-x': importX },
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './webview/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: true }],
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/promise-function-async': 'error',
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      'import-x/no-restricted-paths': [
        'error',
        {
          basePath: import.meta.dirname,
          zones: [
            ...ZONES.map(([target, from]) => ({ target: `./${target}`, from: from.map((f) => `./${f}`) })),
            { target: './src', from: './src/extension.ts', message: 'Nothing imports the composition root.' },
          ],
        },
      ],
      'import-x/no-cycle': 'error',
      ...restrict([VSCODE, DOCKERODE, TOOLKIT], [SDK]),
    },
    settings: {
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'] })],
    },
  },
  {
    files: [
      'src/extension.ts',
      'src/commands.ts',
      'src/host/**',
      'src/models/languageModel.ts',
      'test/extension/**',
    ],
    rules: restrict([DOCKERODE, TOOLKIT], [SDK]),
  },
  { files: ['src/container/docker.ts'], rules: restrict([VSCODE, TOOLKIT], [SDK]) },
  {
    files: ['src/models/**'],
    ignores: ['src/models/languageModel.ts'],
    rules: restrict([VSCODE, DOCKERODE, TOOLKIT], []),
  },
  { files: ['webview/kit.ts'], rules: restrict([VSCODE, DOCKERODE], [SDK]) },
  {
    files: ['test/**/*.ts'],
    rules: {
      // node:test's describe and it return promises that the runner itself awaits.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', name: ['describe', 'it', 'test', 'suite'], package: 'node:test' },
          ],
        },
      ],
    },
  },
);
