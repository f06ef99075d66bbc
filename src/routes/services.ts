import type { EnvelopeVariables } from '../http/envelope.ts';
import type { FindStreams } from '../snapshot/find.ts';
import type { TakeSnapshot } from '../snapshot/take.ts';

/** What the routes can do: the use cases, bound to the stores of one request. */
export interface Services {
	readonly takeSnapshot: TakeSnapshot;
	readonly findStreams: FindStreams;
}

/** Hono's type parameter for all routes. */
export interface RouteEnv {
	Variables: EnvelopeVariables & { services: Services };
}
