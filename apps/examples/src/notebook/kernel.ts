/**
 * The notebook's kernel, in Jupyter's sense: runs cells in a shared scope and catches what they print.
 *
 * A cell is TypeScript. Its types are stripped, its imports become lookups in `modules`, and what it declares at top level
 * goes into the scope, where later cells find it and a second run replaces it.
 *
 * Invariant: a cell sees what the cells that ran before it declared, in the order in which they ran.
 *
 * Reference: https://jupyter-client.readthedocs.io/en/stable/messaging.html#execute
 */
import { parse, type ImportDeclaration, type Node, type Pattern } from 'acorn';
import { transform } from 'sucrase';

/** The modules that cells may import, by name. */
export type Modules = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface Kernel {
  /** Runs a cell's source; gives what it printed. Throws what the cell throws. */
  run(source: string): Promise<string>;
}

type Body = (scope: object) => Promise<void>;
// Sloppy mode, which `with` needs: code made at run time has no "use strict" of its own.
const AsyncFunction = (async () => undefined).constructor as new (parameter: string, body: string) => Body;

/** @param format gives the text of one printed value; strings are printed as they are. */
export function createKernel(modules: Modules, format: (x: unknown) => Promise<string>): Kernel {
  const printed: Promise<string>[] = [];
  const log = (...parts: readonly unknown[]): void => {
    printed.push(Promise.all(parts.map(async (x) => (typeof x === 'string' ? x : format(x)))).then((words) => words.join(' ')));
  };
  const scope: Record<string, unknown> = {
    console: { log },
    print: async (...parts: readonly unknown[]) => {
      log(...parts);
      await printed.at(-1);
    },
  };

  return {
    async run(source) {
      printed.length = 0;
      const { body, imports, declared } = cut(source);
      for (const declaration of imports) bind(scope, declaration, modules);
      await new AsyncFunction('scope', `with (scope) {${body}\n;Object.assign(scope, { ${declared.join(', ')} });}`)(scope);
      return (await Promise.all(printed)).join('\n');
    },
  };
}

// ── cutting a cell ───────────────────────────────────────────────────────────────────────────────────────────────────

interface Cut {
  /** The cell without imports and exports. */
  readonly body: string;
  readonly imports: readonly ImportDeclaration[];
  /** Names declared at top level. */
  readonly declared: readonly string[];
}

function cut(source: string): Cut {
  const { code } = transform(source, { transforms: ['typescript'], disableESTransforms: true, keepUnusedImports: true });
  const { body } = parse(code, { ecmaVersion: 'latest', sourceType: 'module', allowAwaitOutsideFunction: true });
  const imports: ImportDeclaration[] = [];
  const declared: string[] = [];
  const blank: Node[] = [];
  for (const statement of body) {
    if (statement.type === 'ImportDeclaration') {
      imports.push(statement);
      blank.push(statement);
    } else if (statement.type === 'ExportNamedDeclaration') blank.push(statement);
    else if (statement.type === 'VariableDeclaration') declared.push(...statement.declarations.flatMap((d) => namesIn(d.id)));
    else if (statement.type === 'FunctionDeclaration' || statement.type === 'ClassDeclaration') declared.push(statement.id.name);
  }
  const text = code.split('');
  for (const { start, end } of blank) text.fill(' ', start, end);
  return { body: text.join(''), imports, declared };
}

/** The names that a pattern such as `[, predictions]` binds. */
function namesIn(pattern: Pattern): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ArrayPattern':
      return pattern.elements.flatMap((e) => (e === null ? [] : namesIn(e)));
    case 'ObjectPattern':
      return pattern.properties.flatMap((p) => namesIn(p.type === 'Property' ? p.value : p.argument));
    case 'AssignmentPattern':
      return namesIn(pattern.left);
    case 'RestElement':
      return namesIn(pattern.argument);
    default:
      return [];
  }
}

function bind(scope: Record<string, unknown>, { source, specifiers }: ImportDeclaration, modules: Modules): void {
  const name = String(source.value);
  const module = modules[name];
  if (module === undefined) throw new Error(`cells can import ${Object.keys(modules).join(', ')}; '${name}' is not among them.`);
  for (const s of specifiers) {
    if (s.type === 'ImportNamespaceSpecifier') scope[s.local.name] = module;
    else if (s.type === 'ImportSpecifier' && s.imported.type === 'Identifier') scope[s.local.name] ??= module[s.imported.name];
  }
}
