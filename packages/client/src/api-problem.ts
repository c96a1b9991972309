import type { components } from './generated/api';

/** Problem details of RFC 9457, as every error of the API has them. */
export type Problem = components['schemas']['Problem'];

/** An answer of the API that is an error. `code` is stable; `requestId` finds it in the log of the platform. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestId: string | undefined;
  /** Seconds to wait before another try, where the API says. */
  readonly retryAfter: number | undefined;
  readonly problem: Problem | undefined;

  constructor(response: Response, problem: Problem | undefined) {
    super(problem ? `${problem.title}: ${problem.detail} (${problem.code})` : `HTTP ${response.status}`);
    this.name = 'ApiProblem';
    this.status = response.status;
    this.code = problem?.code ?? 'unknown';
    this.requestId = problem?.request_id ?? response.headers.get('x-request-id') ?? undefined;
    const wait = Number(response.headers.get('retry-after') ?? Number.NaN);
    this.retryAfter = Number.isFinite(wait) ? wait : undefined;
    this.problem = problem;
  }

  /** Reads an error answer; one that is not of the API, as of a proxy on the way, has no problem in it. */
  static async from(response: Response): Promise<ApiProblem> {
    const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') ?? false;
    if (isProblem) return new ApiProblem(response, (await response.json()) as Problem);
    await response.body?.cancel();
    return new ApiProblem(response, undefined);
  }
}
