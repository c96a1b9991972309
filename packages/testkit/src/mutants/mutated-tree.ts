import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { PlantedBug } from './planted-bug';

/** A copy of the compiled platform in which bugs can be planted: what is ours is copied, what is not is linked. */
export class MutatedTree {
  private constructor(readonly folder: string) {}

  static async copyOf(root: string, folder: string): Promise<MutatedTree> {
    await mkdir(folder, { recursive: true });
    for (const file of ['package.json', 'pnpm-workspace.yaml']) await cp(join(root, file), join(folder, file));
    await cp(join(root, 'protos'), join(folder, 'protos'), { recursive: true });
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    for (const group of ['packages', 'services']) {
      for (const name of await readdir(join(root, group))) await copyPart(join(root, group, name), join(folder, group, name));
    }
    return new MutatedTree(folder);
  }

  /** Plants a bug; resolves with what takes it out again. Throws where its place is not there exactly once. */
  async plant({ name, file, find, replace }: PlantedBug): Promise<() => Promise<void>> {
    const [group = '', part = '', ...module] = file.split('/');
    const path = join(this.folder, group, part, 'dist', `${module.join('/')}.js`);
    const text = await readFile(path, 'utf8');
    const places = text.split(find).length - 1;
    if (places !== 1) throw new Error(`“${name}”: its place stands ${places} times in ${file}, expected once`);
    await writeFile(path, text.replace(find, () => replace));
    return () => writeFile(path, text);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Links between our own packages are relative, so that in the copy they lead to copies. */
async function copyPart(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const part of ['package.json', 'config.default.yaml', 'dist', 'node_modules']) {
    if (existsSync(join(from, part))) await cp(join(from, part), join(to, part), { recursive: true, verbatimSymlinks: true });
  }
}
