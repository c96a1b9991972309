import { findPart, type PartRecipe } from './find-part';
import { helmRecipe, kubeconformRecipe } from './go-program-recipe';
import { kubernetesSchemasRecipe } from './kubernetes-schemas-recipe';
import type { OnProgress } from './part-progress';

/** What the tests of the chart run. */
export interface ChartTools {
  /** Program files. */
  readonly helm: string;
  readonly kubeconform: string;
  /** The folder of Kubernetes' schemas. */
  readonly schemas: string;
}

/** Finds or fetches the tools of the chart's tests. The first fetch builds helm, which takes minutes. */
export async function findChartTools(env: NodeJS.ProcessEnv, onProgress: OnProgress = () => undefined): Promise<ChartTools> {
  const find = async (recipe: PartRecipe<string>): Promise<string> => {
    const found = await findPart(recipe, env, (step) => onProgress({ part: recipe.part, ...step }));
    return found.source === 'address' ? found.address : found.install;
  };
  const [helm, kubeconform, schemas] = [await find(helmRecipe), await find(kubeconformRecipe), await find(kubernetesSchemasRecipe)];
  return { helm, kubeconform, schemas };
}
