import { join } from 'node:path';
import { runCommand } from './run-command';

/** Builds images and brings them to where the cluster finds them. */
export interface ImageMaker {
  /** The name by which pods ask for it. */
  nameOf(image: string): string;
  /** Builds `folder`'s Dockerfile. */
  build(folder: string, image: string, buildArguments: Readonly<Record<string, string>>): Promise<void>;
  load(image: string): Promise<void>;
}

/** `DIR/build-image FOLDER NAME [OPTION…]` and `DIR/load-image --if-changed NAME`, in place of docker and a registry. */
export function kitImages(kit: string): ImageMaker {
  return {
    nameOf: (image) => image,
    build: async (folder, image, buildArguments) => {
      await runCommand(join(kit, 'build-image'), [folder, image, ...argumentsOf(buildArguments)]);
    },
    load: async (image) => {
      await runCommand(join(kit, 'load-image'), ['--if-changed', image]);
    },
  };
}

export interface DockerOptions {
  /** Registry (and path) that the cluster pulls from; without it nothing is pushed. */
  readonly push?: string;
  /** Command that takes the image's name as its last argument, such as `kind load docker-image`. */
  readonly load?: string;
}

/** docker build; then a push, a load command, or nothing where cluster and docker share their images. */
export function dockerImages({ push, load }: DockerOptions): ImageMaker {
  const nameOf = (image: string): string => (push === undefined ? image : `${push}/${image}`);
  return {
    nameOf,
    build: async (folder, image, buildArguments) => {
      await runCommand('docker', ['build', '--tag', nameOf(image), ...argumentsOf(buildArguments), folder]);
    },
    load: async (image) => {
      if (push !== undefined) await runCommand('docker', ['push', nameOf(image)]);
      const [program, ...args] = load?.split(/\s+/).filter((word) => word !== '') ?? [];
      if (program !== undefined) await runCommand(program, [...args, nameOf(image)]);
    },
  };
}

function argumentsOf(buildArguments: Readonly<Record<string, string>>): string[] {
  return Object.entries(buildArguments).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
}
