import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loadPackageDefinition, type ChannelOptions, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

/**
 * Flow-control window on both sides: the default of 64 kB doubles the CPU of a page of Locations. Channelz counts every call and
 * stream for a debugging interface that nobody serves here.
 */
export const channelOptions: ChannelOptions = {
  'grpc.enable_channelz': 0,
  'grpc-node.flow_control_window': 2 * 1024 * 1024,
  'grpc.max_receive_message_length': 64 * 1024 * 1024,
  'grpc.max_send_message_length': 64 * 1024 * 1024,
};

const loaded = new Map<string, ServiceClientConstructor>();

/** Reads a proto file once and returns the service of that full name. */
export function loadService(protoFile: string, serviceName: string): ServiceClientConstructor {
  const known = loaded.get(serviceName);
  if (known) return known;
  const root = protoRoot(__dirname);
  const definition = loadSync(join(root, protoFile), {
    keepCase: true,
    longs: Number,
    enums: String,
    defaults: true,
    arrays: true,
    objects: true,
    includeDirs: [root],
  });
  let node: unknown = loadPackageDefinition(definition);
  for (const name of serviceName.split('.')) node = (node as Record<string, unknown>)[name];
  const service = node as ServiceClientConstructor;
  loaded.set(serviceName, service);
  return service;
}

/** `protos/` of the checkout or image, found upwards from here, so that sources and builds both find it. */
function protoRoot(from: string): string {
  const candidate = join(from, 'protos');
  if (existsSync(join(candidate, 'roamgrid'))) return candidate;
  const parent = dirname(from);
  if (parent === from) throw new Error('protos/roamgrid not found above the runtime package');
  return protoRoot(parent);
}
