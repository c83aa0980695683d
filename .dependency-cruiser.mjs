/**
 * Who may import whom. A room is a folder; tests may import all.
 * The names in `mayImport` are rooms, or single files at the operator's root.
 */
const rooms = {
  '^crds/': [],
  '^operator/model/': ['^crds/'],
  '^operator/decision/': ['^crds/', '^operator/model/'],
  '^operator/messages/': ['^crds/', '^operator/model/', '^operator/decision/'],
  '^operator/cel/': [],
  '^operator/rules/': ['^crds/', '^operator/(model|cel)/', '^operator/decision/facts[.]ts$'],
  '^operator/kube/': [
    '^crds/',
    '^operator/model/',
    '^operator/(errors|files|log|metrics|proxy|timers)[.]ts$',
  ],
  '^operator/leader/': ['^crds/', '^operator/kube/', '^operator/(errors|log|metrics|timers)[.]ts$'],
  '^operator/reviews/': [
    '^crds/',
    '^operator/(kube|model)/',
    '^operator/messages/click[.]ts$',
    '^operator/(errors|log)[.]ts$',
  ],
  '^operator/certificates/': ['^crds/', '^operator/kube/', '^operator/(errors|log|metrics|timers)[.]ts$'],
  '^operator/slack/': [
    '^crds/',
    '^operator/model/',
    '^operator/messages/(click|message|provider|timing)[.]ts$',
    '^operator/(errors|files|log|metrics|proxy|timers)[.]ts$',
  ],
  '^operator/reconcile/': [
    '^crds/',
    '^operator/(decision|kube|messages|model|reviews|rules)/',
    '^operator/(errors|files|log|metrics|proxy|timers)[.]ts$',
  ],
  '^operator/doctor/': [
    '^crds/',
    '^operator/(kube|slack)/',
    '^operator/(certificates/registrations|leader/record)[.]ts$',
    '^operator/(config|errors)[.]ts$',
  ],
  '^operator/(config|drain|errors|files|flags|http-limits|log|metrics|preflight|proxy|health|listen|timers)[.]ts$':
    ['^crds/names[.]ts$', '^operator/model/', '^operator/(drain|errors|files|http-limits|log|metrics)[.]ts$'],
  '^webhook/': [
    '^crds/',
    '^operator/(model|rules)/',
    '^operator/(drain|errors|files|http-limits|log|metrics)[.]ts$',
  ],
};

const product = '^(crds|operator|webhook)/';
const test = '[.]test[.]ts$';

const roomRules = Object.entries(rooms).map(([room, mayImport]) => ({
  name: `room ${room}`,
  comment: 'the table above says who may import whom; docs/architecture.md says why',
  severity: 'error',
  from: { path: room, pathNot: test },
  to: { path: product, pathNot: [room, ...mayImport] },
}));

/** One door to each outside system. */
const doors = [
  ['@kubernetes/client-node', '^operator/kube/'],
  ['@peculiar/x509', '^operator/certificates/issue[.]ts$'],
  ['undici', '^operator/(kube|slack)/'],
  ['@slack/', '^operator/slack/'],
  ['@marcbachmann/cel-js', '^operator/cel/environment[.]ts$'],
].map(([library, door]) => ({
  name: `only ${door} imports ${library}`,
  severity: 'error',
  from: { path: product, pathNot: [door, test] },
  to: { path: `node_modules/${library}` },
}));

export default {
  forbidden: [
    ...roomRules,
    ...doors,
    {
      name: 'no cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'the product needs neither tools nor tests',
      severity: 'error',
      from: { path: product, pathNot: test },
      to: { path: '^(tools|test)/' },
    },
    {
      name: 'everything that is imported exists',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
    },
  },
};
