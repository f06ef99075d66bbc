import { LivestillError } from '../shared/errors.ts';

/** `TOO_MANY_REQUESTS`, and when to come back. */
export class RateLimited extends LivestillError {
	/** Seconds. */
	readonly retryAfter: number;

	constructor(retryAfter: number) {
		super('TOO_MANY_REQUESTS', 'too many requests: wait a little');
		this.retryAfter = retryAfter;
	}
}
