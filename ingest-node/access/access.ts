/** Who may do what: the one place that every protocol asks. */
import { LivestillError } from '../../src/shared/errors.ts';
import { type Log, silentLog } from '../log.ts';
import { hostOf } from './address-key.ts';
import type { FailedAttempts } from './failed-attempts.ts';
import type { Action } from './grant.ts';
import type { AccessMethod, AccessRequest, Refusal } from './method.ts';
import { isAnythingShown, shownIn } from './shown.ts';

export interface AccessOptions {
	/** Cheapest first: who is let in by one is not looked at by the next. */
	readonly methods: readonly AccessMethod[];
	/** Actions for everybody, whatever the methods say. */
	readonly open?: readonly Action[];
	/** Keeps those waiting who show wrong credentials too often; without it nobody is. */
	readonly attempts?: FailedAttempts;
	readonly log?: Log;
}

export interface Access {
	/** @throws LivestillError `UNAUTHORIZED`, the same one for whatever reason; the log has it */
	authorise(request: AccessRequest): Promise<void>;
	/** Whether the action needs credentials. */
	isClosed(action: Action): boolean;
	/** Whether a publisher may prove its secret without sending it. */
	readonly takesProofs: boolean;
}

const nothingShown = 'no credentials';

export const createAccess = (options: AccessOptions): Access => {
	const { methods, open = [], attempts, log = silentLog } = options;
	const isClosed = (action: Action): boolean =>
		!open.includes(action) && methods.some((method) => method.closes(action));

	const reasonAgainst = async (request: AccessRequest): Promise<string | null> => {
		const address = hostOf(request.remote);
		if ((attempts?.pause(address) ?? 0) > 0) return 'too many wrong credentials before';
		const shown = shownIn(request.query);
		const refusals: Refusal[] = [];
		for (const method of methods) {
			const refusal = await method.refusal(request, shown);
			if (refusal === null) return null;
			refusals.push(refusal);
		}
		const hasShown = isAnythingShown(shown) || request.proves !== undefined;
		if (!hasShown) return nothingShown;
		// Whom nobody could judge may well be right: an outage must not keep publishers out beyond its end.
		if (refusals.every(({ isVerdict }) => isVerdict)) attempts?.failed(address);
		return refusals.map(({ reason }) => reason).join(', ');
	};

	return {
		isClosed,
		takesProofs: methods.every(({ closes, takesProofs }) => takesProofs || !closes('publish')),
		authorise: async (request) => {
			if (!isClosed(request.action)) return;
			const reason = await reasonAgainst(request);
			if (reason === null) return;
			const { action, protocol, name, remote } = request;
			// Clients that know several ways ask without credentials first, to be told which.
			const tell = reason === nothingShown ? log.debug : log.info;
			tell('access refused', { action, protocol, stream: name ?? '', remote, reason });
			throw new LivestillError('UNAUTHORIZED', 'Restricted access');
		},
	};
};
