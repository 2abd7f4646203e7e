/**
 * The one direction of imports, as a table and as a lint rule. A package's
 * shipped code imports its own files, the packages its arrows point to, and at
 * the edges a library; tests import what they need.
 *
 *   core ← ops ← nn ← losses        ops ← optim, distributions        core ← data, serialization
 *   core ← compiler ← backend-cpu, backend-webgpu
 *   sconce (the umbrella) ← apps    only these and testing import a backend
 */

const runtime = ['core', 'compiler', 'ops', 'nn', 'losses', 'optim', 'distributions', 'data', 'serialization'];
const backends = ['backend-cpu', 'backend-webgpu'];

/** What each package may import of the workspace. */
export const arrows = {
  core: [],
  compiler: ['core'],
  ops: ['core'],
  nn: ['core', 'ops'],
  losses: ['core', 'ops', 'nn'],
  optim: ['core', 'ops'],
  distributions: ['core', 'ops'],
  data: ['core'],
  serialization: ['core'],
  'backend-cpu': ['core', 'compiler'],
  'backend-webgpu': ['core', 'compiler'],
  sconce: [...runtime, 'backend-cpu'],
  testing: [...runtime, ...backends],
  examples: [...runtime, ...backends, 'sconce'],
  bench: [...runtime, ...backends, 'sconce'],
};

/** What else a package may import: a pattern on the specifier. The others have no dependencies beyond each other. */
const beyond = {
  data: /^(?!node:)/,
  serialization: /./,
  'backend-cpu': /^node:/,
  'backend-webgpu': /^(node:|webgpu$)/,
  testing: /./,
  examples: /./,
  bench: /./,
};

/** The folder of the package that a specifier names, or undefined for what is not of the workspace. */
const workspacePackage = (specifier) => /^(?:@sconce\/([^/]+)|(sconce)(?=\/|$))/.exec(specifier)?.slice(1).find(Boolean);

function allowed(from, specifier) {
  // One of the package's own files, which one its manifest says.
  if (specifier.startsWith('#')) return true;
  const name = workspacePackage(specifier);
  return name ? arrows[from].includes(name) : (beyond[from]?.test(specifier) ?? false);
}

/** `../` that leaves the folder of the package: from `src/a/b.ts` two are fine, three are not. */
function leavesPackage(inside, specifier) {
  const depth = inside.split('/').length;
  return specifier.split('/').filter((part) => part === '..').length > depth;
}

export const arrowsRule = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      arrow: '{{from}} may not import {{specifier}}: its arrows point to {{targets}}.',
      relative: '{{specifier}} leaves the package; import another package by its name.',
    },
  },
  create(context) {
    const [, from, inside] = /(?:packages|apps)\/([^/]+)\/src\/(.+)$/.exec(context.filename.replaceAll('\\', '/')) ?? [];
    if (!from) return {};
    const test = inside.endsWith('.test.ts');

    function check(source) {
      if (typeof source?.value !== 'string') return;
      const data = { from, specifier: source.value, targets: arrows[from].join(', ') || 'nothing' };
      if (/^\.\.?(\/|$)/.test(source.value)) {
        if (leavesPackage(inside, source.value)) context.report({ node: source, messageId: 'relative', data });
      } else if (!test && !allowed(from, source.value)) {
        context.report({ node: source, messageId: 'arrow', data });
      }
    }

    return {
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      TSImportType: (node) => check(node.source ?? node.argument?.literal),
    };
  },
};
