/** The layers of docs/architecture.md. Arrows point down only. */
const only = (name, from, to) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: '^(core|cli|main|renderer|preload|test|bench|tools)/', pathNot: to },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphans', severity: 'error', from: { path: '^(core|cli)/', orphan: true }, to: {} },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    only('fountain-is-the-floor', '^core/fountain/', '^core/(fountain/|(failure|plain-text)\\.ts)'),
    only('wire-is-the-floor', '^core/wire/', '^core/(wire/|(failure|plain-text)\\.ts)'),
    only('content-is-the-floor', '^core/content/', '^core/(content/|(failure|plain-text)\\.ts)'),
    only(
      'protocol-knows-three',
      '^core/protocol/',
      '^core/(protocol|fountain|wire|content)/|^core/(failure|plain-text)\\.ts',
    ),
    only(
      'store-knows-content',
      '^core/store/',
      '^core/(store|content|wire)/|^core/(failure|plain-text)\\.ts',
    ),
    only(
      'discovery-knows-wire',
      '^core/discovery/',
      '^core/(discovery|wire)/|^core/(failure|plain-text)\\.ts',
    ),
    only(
      'engine-knows-protocol',
      '^core/engine/',
      '^core/(engine|protocol|fountain|wire|content)/|^core/(failure|plain-text)\\.ts',
    ),
    only(
      'murky-knows-the-node',
      '^core/murky/',
      // Of the protocol it may have the source of random numbers alone, which is an interface.
      '^core/(murky|node|wire|content|store|discovery)/|^core/(node|api|failure|awake|plain-text)\\.ts|^core/protocol/random\\.ts',
    ),
    only('core-knows-no-host', '^core/', '^core/'),
    {
      name: 'hosts-know-the-node',
      severity: 'error',
      from: { path: '^(cli|main)/' },
      to: { path: '^core/', pathNot: '^core/(node|links|api|failure|awake|plain-text)\\.ts' },
    },
    {
      name: 'main-is-a-host',
      severity: 'error',
      from: { path: '^main/' },
      to: { path: '^(cli|renderer|test|bench|tools)/' },
    },
    only('the-bridge-is-types', '^preload/', '^preload/|^core/(api|failure)\\.ts'),
    {
      name: 'the-window-knows-types',
      severity: 'error',
      comment: 'The renderer imports types of the contract and of the API, and no code of either.',
      from: { path: '^renderer/' },
      to: {
        path: '^(core|cli|main|preload|test|bench|tools)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    only('the-window-knows-the-contract', '^renderer/', '^renderer/|^preload/contract\\.ts|^core/api\\.ts'),
    {
      name: 'sans-io',
      severity: 'error',
      comment: 'pure layers: no sockets, clocks, threads or disk',
      from: { path: '^core/(fountain|wire|protocol)/' },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.as\\.ts$' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};
