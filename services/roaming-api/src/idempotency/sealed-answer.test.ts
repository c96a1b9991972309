import { openAnswer, sealAnswer } from './sealed-answer';

const answer = { status: 201, headers: { location: 'https://x.example/1' }, body: { token: 'one-time-token' } };

describe('a sealed answer', () => {
  it('opens with the key and for the request that it was sealed with, and shows nothing before', () => {
    const sealed = sealAnswer(answer, 'key', 'id');
    expect(openAnswer(sealed, 'key', 'id')).toEqual(answer);
    expect(sealed.includes('one-time-token')).toBe(false);
    expect(sealAnswer(answer, 'key', 'id').equals(sealed)).toBe(false);
  });

  it('opens with no other key, for no other request, and not when it was changed', () => {
    const sealed = sealAnswer(answer, 'key', 'id');
    expect(() => openAnswer(sealed, 'kez', 'id')).toThrow();
    expect(() => openAnswer(sealed, 'key', 'ie')).toThrow();
    const changed = Buffer.from(sealed);
    changed.writeUInt8(changed.readUInt8(40) ^ 1, 40);
    expect(() => openAnswer(changed, 'key', 'id')).toThrow();
  });
});
