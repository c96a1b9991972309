import type { ImageMaker } from './images';
import type { PlatformRelease, Values } from './platform-release';
import type { Steps } from './steps';

/** What the parts of the test share. */
export interface TestContext {
  readonly steps: Steps;
  readonly cpo: PlatformRelease;
  readonly emsp: PlatformRelease;
  readonly images: ImageMaker;
  /** Name by which pods ask for the product's image. */
  readonly image: string;
}

/** Values of a release that hosts the parties. */
export function platformValues(image: string, parties: readonly Party[], parts: Values): Values {
  const at = image.lastIndexOf(':');
  return {
    image: { repository: image.slice(0, at), tag: image.slice(at + 1) },
    platform: { parties },
    services: { 'pull-scheduler': { config: { intervals: { delta: 5_000 } } } },
    ...parts,
  };
}

export interface Party {
  readonly country_code: string;
  readonly party_id: string;
  readonly roles: readonly string[];
  readonly business_details: { readonly name: string };
}
