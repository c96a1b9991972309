import { namesOf, unexpectedLeftovers } from './leftovers';

const object = (kind: string, name: string) => ({ kind, metadata: { name, uid: name } });

describe('what an uninstallation leaves', () => {
  it('is listed without what the cluster puts into every namespace', () => {
    const objects = [object('Secret', 'keys'), object('ConfigMap', 'kube-root-ca.crt'), object('Event', 'x.1'), object('ServiceAccount', 'default'), object('Secret', 'keys')];
    expect(namesOf(objects)).toEqual(['Secret/keys']);
  });

  it('is held against what should be left, both ways', () => {
    expect(unexpectedLeftovers(['Secret/keys'], ['Secret/keys'])).toEqual([]);
    expect(unexpectedLeftovers(['Job/prepare'], ['Secret/keys'])).toEqual(['Job/prepare should be gone', 'Secret/keys should have been kept']);
  });
});
