import vue from 'eslint-plugin-vue'
import tseslint from 'typescript-eslint'
import { sequelizeSchemaCalls } from './scripts/lint/sequelizeSchemaCalls.mjs'

/** What a layer may not import, beyond what TypeScript's project references already refuse. */
const ELECTRON = { name: 'electron', message: 'Only electron/main and electron/preload know Electron.' }
const SEQUELIZE = {
  name: 'sequelize',
  message: 'Only electron/database knows Sequelize; ask it by a function named for what it does.',
}
const SQLITE = { name: 'sqlite3', message: 'Only electron/database knows sqlite3.' }
const UMZUG = { name: 'umzug', message: 'Only electron/database knows Umzug.' }
const VUE = ['vue', 'vue-router', 'vue-i18n', 'pinia', '@nuxt/ui', 'ag-grid-community'].map((name) => ({
  name,
  message: 'Only renderer/ knows Vue.',
}))
const ENTERPRISE = {
  group: ['ag-grid-enterprise', 'ag-grid-enterprise/*'],
  message: 'AG Grid Enterprise is not free.',
}
const COMPOSERS = {
  regex: '(^|/)electron/(main|preload|cli)(/|$)',
  message: 'main, preload and cli compose the rest; nobody imports them.',
}

const restricted = (paths, patterns = []) => ['error', { paths, patterns: [ENTERPRISE, ...patterns] }]

/** Calls that go around the one gate for writes. */
const DANGEROUS_CALLS = [
  {
    selector: 'MemberExpression[property.name=/^(useCLS|transaction)$/]',
    message: 'Transactions are database.write(): see database/open.ts.',
  },
]

export default tseslint.config(
  { ignores: ['out/**', 'node_modules/**', 'renderer/auto-imports.d.ts', 'renderer/components.d.ts'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  ...tseslint.configs.recommended,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.ts', '**/*.vue'],
    languageOptions: {
      parserOptions: {
        parser: tseslint.parser,
        projectService: true,
        extraFileExtensions: ['.vue'],
      },
    },
    plugins: { rollbook: { rules: { 'sequelize-schema-calls': sequelizeSchemaCalls } } },
    rules: {
      'rollbook/sequelize-schema-calls': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/ban-ts-comment': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-syntax': ['error', ...DANGEROUS_CALLS],
      'no-restricted-imports': restricted([ELECTRON]),
      // Prettier has the say in these.
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
      'vue/no-v-html': 'error',
    },
  },
  {
    // What Electron and Node load by themselves before anything else.
    files: ['**/*.cjs'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    files: ['electron/contract/**/*.ts'],
    rules: { 'no-restricted-imports': restricted([ELECTRON, SEQUELIZE, SQLITE, UMZUG, ...VUE], [COMPOSERS]) },
  },
  {
    files: ['electron/exchange/**/*.ts'],
    rules: { 'no-restricted-imports': restricted([ELECTRON, SEQUELIZE, SQLITE, UMZUG, ...VUE], [COMPOSERS]) },
  },
  {
    files: ['electron/database/**/*.ts'],
    rules: { 'no-restricted-imports': restricted([ELECTRON, ...VUE], [COMPOSERS]) },
  },
  {
    files: ['electron/services/**/*.ts', 'electron/cli/**/*.ts'],
    rules: { 'no-restricted-imports': restricted([ELECTRON, SEQUELIZE, SQLITE, UMZUG, ...VUE]) },
  },
  {
    files: ['electron/main/**/*.ts', 'electron/preload/**/*.ts', 'test/**/*.ts'],
    rules: { 'no-restricted-imports': restricted([]) },
  },
  {
    files: ['renderer/**/*.ts', 'renderer/**/*.vue'],
    rules: {
      'no-restricted-imports': restricted(
        [ELECTRON, SEQUELIZE, SQLITE, UMZUG],
        [{ regex: '(^|/)electron/(?!contract(/|$))', message: 'The page knows the contract alone.' }],
      ),
      'no-restricted-globals': [
        'error',
        { name: 'rollbook', message: 'Only renderer/api.ts uses the bridge.' },
      ],
    },
  },
  {
    files: ['renderer/**/*.vue', 'renderer/**/*.ts'],
    rules: { 'no-undef': 'off' },
  },
)
