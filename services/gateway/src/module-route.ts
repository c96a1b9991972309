import { endpointPath, pathSegments, type InterfaceRole, type ModuleDeclaration, type OcpiVersion, type Operation } from '@roamgrid/modules';

/** One HTTP route of a module, compiled from its declaration. */
export interface ModuleRoute {
  readonly method: Operation['method'];
  /** Path below the gateway's root, with `:name` segments. */
  readonly template: string;
  readonly operation: Operation['kind'];
  /** What is asked, where the operation is an action. */
  readonly action?: string;
  /** Whether a list must be asked for with date_from. */
  readonly fromRequired: boolean;
  readonly module: ModuleDeclaration;
  readonly version: OcpiVersion;
  readonly side: InterfaceRole;
  /** Names of the segments that identify the object within its party. */
  readonly idSegments: readonly string[];
  /** Names of the segments that lead down to a nested object. */
  readonly nestedSegments: readonly string[];
}

/** The versions that the gateway speaks. */
export const SPOKEN_VERSIONS: readonly OcpiVersion[] = ['2.2.1'];

/** All routes of all modules, in the order of declaration. */
export function compileRoutes(modules: readonly ModuleDeclaration[]): ModuleRoute[] {
  return SPOKEN_VERSIONS.flatMap((version) =>
    modules
      .filter((module) => module.versions[version])
      .flatMap((module) => [
        ...module.interfaces.sender.flatMap((operation) => routesOf(module, version, 'SENDER', operation)),
        ...module.interfaces.receiver.flatMap((operation) => routesOf(module, version, 'RECEIVER', operation)),
      ]),
  );
}

/** `PUT /ocpi/…`, one line a route: what a change of a declaration does to the surface shows in review. */
export function describeRoutes(routes: readonly ModuleRoute[]): string {
  return routes.map(({ method, template, operation, action, module }) => `${method.padEnd(6)} ${template}  → ${module.id}.${action ?? operation}\n`).join('');
}

function routesOf(module: ModuleDeclaration, version: OcpiVersion, side: InterfaceRole, operation: Operation): ModuleRoute[] {
  const base = endpointPath(version, side, module.id);
  const { method, kind, action } = operation;
  const fromRequired = operation.from === 'required';
  const common = { method, operation: kind, fromRequired, module, version, side, ...(action && { action: action.name }) };
  if (operation.kind === 'page' || operation.kind === 'post') {
    return [{ ...common, template: base, idSegments: [], nestedSegments: [] }];
  }
  const depths = operation.reach === 'nested' ? module.nested.length : 0;
  return Array.from({ length: depths + 1 }, (_, depth) => {
    const segments = pathSegments(module, side, depth);
    return {
      ...common,
      template: [base, ...segments.map((segment) => `:${segment}`), ...(action ? [action.name] : [])].join('/'),
      idSegments: module.segment === undefined ? [] : [module.segment],
      nestedSegments: module.nested.slice(0, depth).map(({ segment }) => segment),
    };
  });
}
