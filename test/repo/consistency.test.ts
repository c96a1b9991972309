import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { missingRegistrations } from './missing-registrations';

const root = join(__dirname, '../..');

describe('services = modules = registrations', () => {
  it('nothing is missing in this checkout', () => {
    expect(missingRegistrations(root)).toEqual([]);
  });

  describe('a new module', () => {
    let copy: string;

    beforeEach(() => {
      copy = mkdtempSync(join(tmpdir(), 'roamgrid-new-module-'));
      const filter = (path: string): boolean => !/node_modules|dist$|tsbuildinfo/.test(path);
      mkdirSync(join(copy, 'tools'));
      const parts = ['packages/modules', 'services', 'tsconfig.json', 'charts', 'skaffold.yaml', 'docs/architecture.md'];
      for (const part of parts) cpSync(join(root, part), join(copy, part), { recursive: true, filter });
    });

    afterEach(() => rmSync(copy, { recursive: true }));

    const make = (name: string): Buffer => execFileSync(process.execPath, [join(root, 'tools/new-module.mjs'), name, copy], { stdio: 'pipe' });

    it.each(['reservations', 'payment-terminals'])('is whole as new:module writes it: %s', (name) => {
      make(name);
      expect(missingRegistrations(copy)).toEqual([]);
    });

    it.each([
      ['packages/modules/src/declared-modules.ts', "export { paymentTerminals } from './payment-terminals';"],
      ['packages/modules/src/service-of.ts', "paymentterminals: 'payment-terminals'"],
      ['tsconfig.json', '"services/payment-terminals"'],
      ['charts/roamgrid/values.yaml', 'payment-terminals: { module: true }'],
      ['skaffold.yaml', '- { resourceType: deployment, resourceName: roamgrid-payment-terminals, port: 50051 }'],
      ['docs/architecture.md', '| `payment-terminals` | module: owns and publishes paymentterminals | MongoDB | Kafka |'],
    ])('without its line in %s is named', (file, line) => {
      make('payment-terminals');
      const path = join(copy, file);
      writeFileSync(path, readFileSync(path, 'utf8').replace(line, ''));
      expect(missingRegistrations(copy)).toEqual([`${file} lacks: ${line}`]);
    });

    it('without its service is named', () => {
      make('reservations');
      rmSync(join(copy, 'services/reservations'), { recursive: true });
      expect(missingRegistrations(copy)).toEqual(['services/reservations is missing']);
    });

    it.each([
      ['charts/roamgrid/values.yaml', '  tariffs: { module: true }', '  tarifs: { module: true }'],
      ['skaffold.yaml', 'roamgrid-tariffs,', 'roamgrid-tarifs,'],
      ['docs/architecture.md', '| `tariffs` |', '| `tarifs` |'],
    ])('is not taken for a service in %s when there is none', (file, line, misspelt) => {
      const path = join(copy, file);
      writeFileSync(path, readFileSync(path, 'utf8').replace(line, misspelt));
      expect(missingRegistrations(copy)).toEqual([
        expect.stringMatching(`^${file} lacks: .*tariffs`),
        `${file} names tarifs, and services/tarifs is missing`,
      ]);
    });

    it('that the chart takes for another service is named', () => {
      const path = join(copy, 'charts/roamgrid/values.yaml');
      writeFileSync(path, readFileSync(path, 'utf8').replace('tariffs: { module: true }', 'tariffs: { mongodb: true }'));
      expect(missingRegistrations(copy)).toEqual(['charts/roamgrid/values.yaml lacks: tariffs: { module: true }']);
    });

    it('does not overwrite one that is there', () => {
      expect(() => make('tariffs')).toThrow(/there already/);
    });
  });
});
