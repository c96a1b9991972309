import { mongo } from 'mongoose';
import { RoamgridError } from '@roamgrid/runtime';
import { isDuplicateKey, isStoreAway, storeError } from './store-error';

describe('an error of the store', () => {
  const labelled = new mongo.MongoServerError({ message: 'not primary', code: 10107, errorLabels: ['RetryableWriteError'] });

  it.each([
    ['a lost connection', new mongo.MongoNetworkError('connection reset')],
    ['a time-out of the network', new mongo.MongoNetworkTimeoutError('timed out')],
    ['a primary that steps down', labelled],
  ])('is unavailable for %s', (_, error) => {
    expect(isStoreAway(error)).toBe(true);
    expect(storeError(error)).toMatchObject({ code: 'unavailable', cause: error });
  });

  it.each([
    ['a call that was wrong', new mongo.MongoServerError({ message: 'bad query', code: 2 })],
    ['a defect of ours', new TypeError('x is undefined')],
    ['anything else', 'text'],
  ])('is internal for %s', (_, error) => {
    expect(isStoreAway(error)).toBe(false);
    expect(storeError(error).code).toBe('internal');
  });

  it('stays the refusal that it is', () => {
    const refusal = new RoamgridError('party.not_yours', 'no');
    expect(storeError(refusal)).toBe(refusal);
  });

  it('never tells a caller what the driver said of the network', () => {
    expect(storeError(new mongo.MongoNetworkError('connect ECONNREFUSED 10.1.2.3:27017')).message).not.toContain('10.1.2.3');
  });

  it('is a duplicate key by its code', () => {
    expect([isDuplicateKey({ code: 11000 }), isDuplicateKey({ code: 2 }), isDuplicateKey({})]).toEqual([true, false, false]);
  });
});
