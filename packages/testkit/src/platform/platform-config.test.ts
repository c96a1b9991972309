import { configurePlatform } from './platform-config';

describe('the configuration of a platform', () => {
  it('gives each replica of a service ports of its own, and its callers the addresses of all', async () => {
    let port = 0;
    const site = { mongodbUri: 'mongodb://127.0.0.1:1/?replicaSet=rs0', kafkaBrokers: ['127.0.0.1:2'], nextPort: () => Promise.resolve((port += 1)) };
    const { services } = await configurePlatform({ name: 'two', parties: [], replicas: { locations: 2 } }, site);
    const locations = services.filter(({ service }) => service === 'locations');
    const ports = locations.map(({ config }) => (config['grpc'] as { port: number }).port);
    const gateway = services.find(({ name }) => name === 'gateway');
    expect(locations.map(({ name }) => name)).toEqual(['locations', 'locations-2']);
    expect(new Set([...ports, ...locations.map(({ healthPort }) => healthPort)]).size).toBe(4);
    expect(gateway?.config['objects']).toMatchObject({
      locations: `ipv4:127.0.0.1:${ports[0]},127.0.0.1:${ports[1]}`,
      tariffs: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string,
    });
  });
});
