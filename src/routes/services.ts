import type { EnvelopeVariables } from '../http/envelope.ts';
import type { GuardVariables } from '../http/guard.ts';
import type { PreviewAccess } from '../preview/access.ts';
import type { ListLive } from '../preview/live-list.ts';
import type { TakeSequence } from '../preview/sequence.ts';
import type { ListCues } from '../preview/storyboard.ts';
import type { TakePreview } from '../preview/take.ts';
import type { FindStreams } from '../snapshot/find.ts';
import type { TakeSnapshot } from '../snapshot/take.ts';

/** What the routes can do: the use cases, bound to the stores of one request. */
export interface Services {
	readonly takeSnapshot: TakeSnapshot;
	readonly findStreams: FindStreams;
	readonly takePreview: TakePreview;
	readonly takeSequence: TakeSequence;
	readonly listCues: ListCues;
	readonly previewAccess: PreviewAccess;
	readonly listLive: ListLive;
	/** Epoch milliseconds. */
	readonly now: () => number;
}

/** Hono's type parameter for all routes. */
export interface RouteEnv {
	Variables: EnvelopeVariables & GuardVariables & { services: Services };
}
