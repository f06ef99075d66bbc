/** Who may make a control call: the owner of a key, now, and once. */
import { controlLimits } from '../../src/shared/control/call.ts';
import type { ControlKey } from '../../src/shared/control/key.ts';
import {
	type Authorization,
	type ControlRequest,
	isSignedBy,
	parseAuthorization,
} from '../../src/shared/control/request.ts';
import type { Clock } from '../clock.ts';
import { createReplayGuard } from './replay-guard.ts';

/** A call that is not let in. The message is for the log of this node: the caller is not told. */
export class Refusal extends Error {
	readonly status: 401 | 503;

	constructor(status: 401 | 503, reason: string) {
		super(reason);
		this.name = 'Refusal';
		this.status = status;
	}
}

/** A call that looks right so far. */
export interface Candidate {
	readonly authorization: Authorization;
	readonly key: ControlKey;
}

export interface Gate {
	/** What can be seen before the body is read. @throws Refusal */
	look(header: string | undefined): Candidate;
	/** Settles it. A call is admitted once. Rejects with a {@link Refusal}. */
	admit(candidate: Candidate, request: ControlRequest): Promise<void>;
}

export interface GateOptions {
	/** Keys that are accepted, the one that replaces the others first. The list may change. */
	readonly keys: readonly ControlKey[];
	readonly clock: Clock;
	/** Calls that are remembered at a time. */
	readonly capacity?: number;
}

const refuse = (reason: string): never => {
	throw new Refusal(401, reason);
};

export const createGate = ({ keys, clock, capacity }: GateOptions): Gate => {
	const guard = createReplayGuard(clock, capacity);
	return {
		look: (header = '') => {
			const authorization = parseAuthorization(header) ?? refuse('there is no Authorization of our form');
			const key = keys.find(({ id }) => id === authorization.key) ?? refuse('the key is unknown');
			const skew = authorization.time - clock.now();
			if (Math.abs(skew) > controlLimits.clockSkew) refuse(`the call is off by ${skew} ms: the clocks differ`);
			return { authorization, key };
		},
		admit: async ({ authorization, key }, request) => {
			if (!(await isSignedBy(key, authorization, request))) refuse('the signature is wrong');
			const verdict = guard.admit(authorization.nonce);
			if (verdict === 'seen') refuse('the call has been made before');
			if (verdict === 'full') throw new Refusal(503, 'there are too many calls to remember');
		},
	};
};
