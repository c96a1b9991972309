import { mongo } from 'mongoose';
import { binaryIn } from './binary-in';

const bytes = Buffer.from('{"name":"Straße"}');
const body = new mongo.Binary(bytes);

function encoded(document: mongo.BSON.Document): Buffer {
  return Buffer.from(mongo.BSON.serialize(document));
}

describe('binaryIn', () => {
  it.each<[string, mongo.BSON.Document]>([
    ['alone', { state: { body: { v2_2_1: body } } }],
    ['behind other versions', { state: { body: { v2_1_1: new mongo.Binary(Buffer.from('{}')), v2_2_1: body } } }],
    [
      'behind fields of every type that is stored',
      {
        _id: 'NL*RGC*LOC1',
        created: new Date(),
        origin: 'own',
        state: {
          rev: 7,
          large: mongo.Long.fromNumber(2 ** 40),
          half: 0.5,
          deleted: false,
          nothing: null,
          names: ['NL', 'RGC', 'Ö1'],
          id: new mongo.ObjectId(),
          body: { v2_2_1: body },
        },
      },
    ],
    ['with an empty name before it', { '': 1, state: { body: { v2_2_1: body } } }],
  ])('finds the bytes: %s', (_, document) => {
    expect(binaryIn(encoded(document), ['state', 'body', 'v2_2_1'])).toEqual(bytes);
  });

  it.each<[string, mongo.BSON.Document]>([
    ['no such field', { state: { body: { v2_2_10: body, xv2_2_1: body } } }],
    ['no parent', { body: { v2_2_1: body } }],
    ['a parent that is no document', { state: 'body' }],
    ['a field that is no binary', { state: { body: { v2_2_1: '{}' } } }],
    ['nothing at all', {}],
  ])('finds nothing: %s', (_, document) => {
    expect(binaryIn(encoded(document), ['state', 'body', 'v2_2_1'])).toBeUndefined();
  });

  it('refuses what it cannot measure, rather than misread it', () => {
    expect(() => binaryIn(encoded({ a: /x/, state: {} }), ['state'])).toThrow('0xb');
  });
});
