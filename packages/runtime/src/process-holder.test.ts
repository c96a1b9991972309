import { processHolder } from './process-holder';

describe('processHolder', () => {
  const parts = (port: number): string[] => processHolder(port).split('|');

  it('names the place, the same for each life there, and another for each port', () => {
    const [place, life] = parts(8081);
    const [samePlace, nextLife] = parts(8081);
    const [otherPlace] = parts(8082);
    expect(place).toBe(samePlace);
    expect(nextLife).not.toBe(life);
    expect(otherPlace).not.toBe(place);
  });

  it('names no place where the port is any: others could have been told the same', () => {
    expect(parts(0)).toHaveLength(1);
  });
});
