/** Everything that a store can do to a node, for the short test and the long one. */
import type { StoreFault } from '../support/s3-front.ts';

export const storeFaults: readonly (readonly [string, StoreFault])[] = [
	['takes 10 s', { slow: 10_000 }],
	['says 429 to everything', { status: 429, code: 'TooManyRequests' }],
	['says 500', { status: 500, code: 'InternalError' }],
	['says 503', { status: 503, code: 'ServiceUnavailable' }],
	['is full', { status: 507, code: 'InsufficientStorage' }],
	['resets connections', 'resets'],
	['loses its answers', 'loses answers'],
	['hangs', 'hangs'],
];
