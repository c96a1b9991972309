import { EgressPolicy } from './egress-policy';

const strict = new EgressPolicy({ allowHttp: false, allowedNetworks: [] });

describe('EgressPolicy', () => {
  it.each(['https://93.184.216.34/ocpi', 'https://[2606:4700::6810:1]/ocpi', 'https://peer.example/ocpi/versions'])(
    'CRD-41: passes %s',
    (url) => expect(strict.checkUrl(url).href).toBe(url),
  );

  it.each([
    'http://peer.example/',
    'ftp://peer.example/',
    'file:///etc/passwd',
    '/ocpi/versions',
    'https://user:secret@peer.example/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0177.0.0.1/',
    'https://0x7f.1/',
    'https://127.1/',
    'https://0.0.0.0/',
    'https://10.1.2.3/',
    'https://172.16.0.1/',
    'https://192.168.1.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://100.64.0.1/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://[::1]/',
    'https://[::]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[::127.0.0.1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[64:ff9b:1::7f00:1]/',
    'https://[2002:7f00:1::]/',
    'https://[fe80::1]/',
    'https://[fec0::1]/',
    'https://[fd00::1]/',
    'https://[ff02::1]/',
    'https://[4000::1]/',
  ])('CRD-41: refuses %s', (url) => {
    expect(() => strict.checkUrl(url)).toThrow(expect.objectContaining({ code: 'peer.address_forbidden' }));
  });

  it('CRD-41: allows configured networks and hosts, and nothing besides', () => {
    const policy = new EgressPolicy({
      allowHttp: true,
      allowedNetworks: ['127.0.0.0/8', 'fd00::/8', '10.0.0.7', 'CPO.internal'],
    });
    expect(policy.checkUrl('http://127.0.0.1:8080/x').port).toBe('8080');
    expect(policy.checkUrl('http://[::ffff:127.0.0.1]/').protocol).toBe('http:');
    expect(policy.checkUrl('https://[fd00::1]/').protocol).toBe('https:');
    expect(() => policy.checkUrl('https://10.0.0.7/')).not.toThrow();
    expect(() => policy.checkUrl('https://10.0.0.8/')).toThrow('10.0.0.8');
    expect(() => policy.checkAddresses('cpo.internal', ['10.9.9.9'])).not.toThrow();
    expect(() => policy.checkAddresses('emsp.internal', ['10.9.9.9'])).toThrow(
      'emsp.internal is at 10.9.9.9 (private)',
    );
  });

  it('CRD-41: one forbidden address among several is enough', () => {
    expect(() => strict.checkAddresses('peer.example', ['93.184.216.34', '::1'])).toThrow('::1');
  });

  it.each(['10.0.0.0/33', 'not a host', '*'])('refuses the configured network %s', (entry) => {
    expect(() => new EgressPolicy({ allowHttp: false, allowedNetworks: [entry] })).toThrow(
      expect.objectContaining({ code: 'config.invalid' }),
    );
  });
});
