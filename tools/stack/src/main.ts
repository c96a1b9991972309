import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { ProcessGroup, startParts } from '@roamgrid/testkit';

const program = new Command('npm run stack --')
  .description('A real MongoDB (replica set of one) and a real Kafka on 127.0.0.1, until Ctrl-C.')
  .option('--data-dir <folder>', 'keep the data here; otherwise they end with the parts')
  .option('--mongo-port <port>', 'fixed port of MongoDB', Number)
  .option('--kafka-port <port>', 'fixed port of Kafka', Number);

interface StackOptions {
  readonly dataDir?: string;
  readonly mongoPort?: number;
  readonly kafkaPort?: number;
}

program.action(async ({ dataDir, mongoPort, kafkaPort }: StackOptions) => {
  const group = new ProcessGroup().stopWithProcess();
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'roamgrid-stack-')));
  if (dataDir === undefined) group.add({ name: 'data', stop: () => rm(folder, { recursive: true, force: true }) });
  const parts = await startParts({
    dataDir: folder,
    group,
    mongo: { ...(mongoPort !== undefined && { port: mongoPort }) },
    kafka: { ...(kafkaPort !== undefined && { port: kafkaPort }) },
    onProgress: ({ part, step, detail }) => process.stderr.write(`${part}: ${step} ${detail ?? ''}\n`),
  });
  process.stdout.write(`export MONGODB_URI='${parts.mongodbUri}'\nexport KAFKA_BROKERS='${parts.kafkaBrokers.join(',')}'\n`);
  process.stderr.write('running; Ctrl-C stops both\n');
});

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
