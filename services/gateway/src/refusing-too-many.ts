import type { RequestListener } from 'node:http';
import { RoamgridError, UnderWay } from '@roamgrid/runtime';
import { answerError } from './answer';
import { echoMessageIds } from './exchange';

/**
 * The application, but for requests of which too many are under way: these are answered 503 with Retry-After before anything is
 * looked at, for what is refused must cost next to nothing, or it takes from what is not.
 * @param most requests at once
 */
export function refusingTooMany(app: RequestListener, most: number): RequestListener {
  const underWay = new UnderWay(most);
  const tooMany = new RoamgridError('unavailable', `more than ${most} requests at once`);
  return (request, response) => {
    if (underWay.admit(response)) {
      app(request, response);
      return;
    }
    echoMessageIds(request, response);
    answerError(response, tooMany);
  };
}
