import { RoamgridError, type Client, type ErrorCode, type ObjectsCalls, type PutManyReply } from '@roamgrid/runtime';
import { EagerClock } from '../../test/manual-clock';
import { PatientWriter } from './patient-writer';

const request = { caller: { origin: 'own', roles: [] }, version: '2.2.1', objects: [Buffer.from('{}')] };
const reply: PutManyReply = { results: [{ outcome: 'created', key: 'K', code: '', message: '', last_updated: 1 }] };
const never = new AbortController().signal;

/** A service whose answers are given one by one; the last goes on for ever. */
function answering(...answers: (ErrorCode | PutManyReply)[]): Pick<Client<ObjectsCalls>, 'PutMany'> {
  let asked = 0;
  const PutMany = (): Promise<PutManyReply> => {
    const answer = answers[Math.min(asked, answers.length - 1)] ?? 'internal';
    asked += 1;
    return typeof answer === 'string'
      ? Promise.reject(new RoamgridError(answer, `is ${answer}`))
      : Promise.resolve(answer);
  };
  return { PutMany };
}

describe('PatientWriter', () => {
  it('waits longer and longer for a service that is away or overloaded', async () => {
    const clock = new EagerClock();
    const writer = new PatientWriter(answering('unavailable', 'overloaded', 'unavailable', reply), clock);
    expect(await writer.putMany(request, never)).toEqual(reply.results);
    expect(clock.waits).toEqual([200, 400, 800]);
  });

  it('gives up after 60 s, and 5 s for each batch after that', async () => {
    const clock = new EagerClock();
    const writer = new PatientWriter(answering('unavailable'), clock);
    await expect(writer.putMany(request, never)).rejects.toMatchObject({ code: 'unavailable' });
    expect(clock.waits.reduce((sum, wait) => sum + wait, 0)).toBe(60_000);
    expect(Math.max(...clock.waits)).toBe(5_000);
    clock.waits.length = 0;
    await expect(writer.putMany(request, never)).rejects.toMatchObject({ code: 'unavailable' });
    expect(clock.waits.reduce((sum, wait) => sum + wait, 0)).toBe(5_000);
  });

  it('has 60 s again once the service was back', async () => {
    const clock = new EagerClock();
    const writer = new PatientWriter(answering('unavailable', reply, 'unavailable'), clock);
    await writer.putMany(request, never);
    clock.waits.length = 0;
    await expect(writer.putMany(request, never)).rejects.toMatchObject({ code: 'unavailable' });
    expect(clock.waits.reduce((sum, wait) => sum + wait, 0)).toBe(60_000);
  });

  it('does not repeat what failed for another reason', async () => {
    const clock = new EagerClock();
    await expect(new PatientWriter(answering('internal', reply), clock).putMany(request, never)).rejects.toMatchObject({
      code: 'internal',
    });
    expect(clock.waits).toEqual([]);
  });

  it('ends when nobody waits any more', async () => {
    const clock = new EagerClock();
    await expect(
      new PatientWriter(answering('unavailable'), clock).putMany(request, AbortSignal.abort()),
    ).rejects.toMatchObject({ code: 'unavailable' });
    expect(clock.waits).toEqual([]);
  });
});
