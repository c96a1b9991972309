import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { findOnPath, isExecutable } from '../process/find-on-path';
import type { PartRecipe } from './find-part';
import type { ToolName } from './part-progress';
import { runTool } from './run-tool';

/** A program that Go builds from its module. */
interface GoProgram {
  readonly tool: ToolName;
  readonly version: string;
  readonly addressVariable: string;
  readonly modulePath: string;
  /** Path of the program's package inside the module. */
  readonly command: string;
  /** Go's checksum of the module's contents, as go.sum writes it. */
  readonly moduleSum: string;
}

/** helm 3.21.4: `HELM`, `helm` on PATH, or built from its Go module. */
export const helmRecipe = goProgramRecipe({
  tool: 'helm',
  version: '3.21.4',
  addressVariable: 'HELM',
  modulePath: 'helm.sh/helm/v3',
  command: 'cmd/helm',
  moduleSum: 'h1:T/GcIEXU/gNjJnkITlIZ3e9xqkZjhFTmISuStTZ6+Qg=',
});

/** kubeconform 0.7.0: `KUBECONFORM`, `kubeconform` on PATH, or built from its Go module. */
export const kubeconformRecipe = goProgramRecipe({
  tool: 'kubeconform',
  version: '0.7.0',
  addressVariable: 'KUBECONFORM',
  modulePath: 'github.com/yannh/kubeconform',
  command: 'cmd/kubeconform',
  moduleSum: 'h1:ZFfniR8VChrWQxaxTUGnNrxw8RIDkjVBrjdhXSamwjw=',
});

function goProgramRecipe(program: GoProgram): PartRecipe<string> {
  const { tool, version, addressVariable } = program;
  return {
    part: tool,
    version,
    addressVariable,
    ways: [
      `${addressVariable}: the file of ${tool} ${version} or later`,
      `${tool} on PATH`,
      'a fetch: needs Go 1.24 or later, and a module proxy that it can reach',
    ],
    onPath: (env) => findOnPath(tool, env),
    inFolder: async (folder) => {
      const file = join(folder, 'bin', tool);
      return (await isExecutable(file)) ? file : undefined;
    },
    fetch: async (folder, env, report) => {
      const requirement = `${program.modulePath}/${program.command}@v${version}`;
      await mkdir(join(folder, 'bin'));
      report({ step: 'download', detail: requirement });
      await runTool('go', ['install', requirement], { cwd: folder, env: { ...env, GOBIN: join(folder, 'bin') } });
      report({ step: 'verify', detail: requirement });
      await requireModuleSum(join(folder, 'bin', tool), program, env);
    },
  };
}

/** Refuses a program that was not built from the pinned contents of its module. */
async function requireModuleSum(file: string, program: GoProgram, env: NodeJS.ProcessEnv): Promise<void> {
  let found = 'none';
  const onLine = (line: string): void => {
    const [word, path, , sum] = line.split(/\s+/);
    if (word === 'mod' && path === program.modulePath) found = sum ?? 'none';
  };
  await runTool('go', ['version', '-m', file], { env, onLine });
  if (found === program.moduleSum) return;
  throw new Error(`${program.modulePath} was refused: its module checksum is ${found}, expected ${program.moduleSum}`);
}
