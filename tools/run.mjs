#!/usr/bin/env node
/**
 * What the npm scripts run. On a fresh checkout it installs and builds first; after that, only what has changed.
 * Needs nothing but Node, so that it works before anything is installed.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const PNPM = 'pnpm@10.34.9';
const node = process.execPath;
const bin = (name) => join(root, 'node_modules', '.bin', name);

const commands = {
  demo: (args) => run(node, ['tools/demo/dist/main.js', ...args]),
  stack: (args) => run(node, ['tools/stack/dist/main.js', ...args]),
  bench: (args) => run(node, ['tools/bench/dist/main.js', ...args]),
  chaos: (args) => run(node, ['tools/chaos/dist/main.js', ...args]),
  conformance: (args) => run(node, ['tools/conformance/dist/main.js', ...args]),
  roamgrid: (args) => run(node, ['packages/cli/dist/main.js', ...args]),
  sbom: (args) => run(node, ['tools/sbom/dist/main.js', ...args]),
  'test-k8s': (args) => run(node, ['tools/test-k8s/dist/main.js', ...args]),
  'new-module': (args) => run(node, ['tools/new-module.mjs', ...args]),
  test: (args) => runTests(args),
};

const [name, ...args] = process.argv.slice(2);
const command = commands[name];
if (!command) fail(`usage: run.mjs ${Object.keys(commands).join('|')} [arguments]`);
install();
build();
command(args);

/** Static checks first: what they find would only confuse the tests. Arguments are for jest, and leave the rest out. */
function runTests(args) {
  const checks = [
    ['types, tests included', [bin('tsc'), '-p', 'tsconfig.all.json']],
    ['lint', [bin('eslint'), '.']],
  ];
  for (const [what, [program, ...programArgs]] of args.length === 0 ? checks : []) {
    process.stderr.write(`checking: ${what}\n`);
    if (spawn(program, programArgs) !== 0) {
      process.stdout.write(`\n${what}: see above\n0 passed, 1 failed\n`);
      process.exit(1);
    }
  }
  // The faults come last and alone: what else the machine did would count as slowness of the platform.
  const runs = args.length > 0 ? [args] : [['--ignoreProjects', 'chaos'], ['--selectProjects', 'chaos']];
  process.exit(Math.max(...withTally(() => runs.map((jestArgs) => spawn(bin('jest'), ['--maxWorkers=2', ...jestArgs])))));
}

/** What several runs of jest counted is added up in one file, by the reporter that prints the closing line. */
function withTally(work) {
  const folder = mkdtempSync(join(tmpdir(), 'roamgrid-tally-'));
  process.env.ROAMGRID_TALLY = join(folder, 'tally.json');
  try {
    return work();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function install() {
  const stamp = join(root, 'node_modules', '.roamgrid-install');
  const manifests = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...workspaceManifests()];
  const hash = createHash('sha256');
  for (const file of manifests) hash.update(file).update(readFileSync(join(root, file)));
  const digest = hash.digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  process.stderr.write('installing dependencies\n');
  if (spawn('npx', ['-y', PNPM, 'install', '--frozen-lockfile', '--reporter=append-only'], process.stderr) !== 0) fail('the installation failed');
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, digest);
}

function workspaceManifests() {
  return ['packages', 'services', 'tools']
    .flatMap((folder) => readdirSync(join(root, folder)).map((entry) => join(folder, entry, 'package.json')))
    .filter((file) => existsSync(join(root, file)));
}

function build() {
  if (spawn(bin('tsc'), ['-b'], process.stderr) !== 0) fail('the build failed');
}

function run(program, args) {
  process.exit(spawn(program, args));
}

/** Runs in the foreground; a Ctrl-C reaches the program itself, and we wait for its end. */
function spawn(program, args, stdout = 'inherit') {
  process.on('SIGINT', () => undefined);
  const result = spawnSync(program, args, { cwd: root, stdio: ['inherit', stdout, 'inherit'] });
  if (result.error) fail(`${program}: ${result.error.message}`);
  return result.status ?? 1;
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
