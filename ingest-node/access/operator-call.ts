/**
 * Calls to an address that the operator has set: the hook, the key set. It may well be inside of the operator's own network, so any
 * address will do; nobody may lead the call elsewhere, and what comes back is bounded.
 */
import { createGuardedClient, OutgoingError, type OutgoingRequest } from '../outgoing/guarded-fetch.ts';

export interface OperatorAnswer {
	readonly status: number;
	readonly text: string;
}

/** @throws Error that says what went wrong and tells neither the URL nor the answer */
export type CallOperator = (request: OutgoingRequest) => Promise<OperatorAnswer>;

const reasons: Readonly<Record<OutgoingError['failure'], string>> = {
	refused: 'this address is not called',
	unreachable: 'no connection',
	timeout: 'no answer in time',
	redirect: 'redirects are not followed',
	'too-large': 'the answer is too large',
	aborted: 'ended early',
};

/** @param timeout milliseconds for all of a call @param answerBytes of an answer @param connections at a time */
export const createOperatorCall = (timeout: number, answerBytes: number, connections: number): CallOperator => {
	const client = createGuardedClient({ allowed: { allows: () => true }, timeout, answerBytes, connections });
	return async (request) => {
		try {
			const { status, body } = await client.send(request);
			return { status, text: Buffer.from(body).toString('utf8') };
		} catch (error) {
			throw new Error(error instanceof OutgoingError ? reasons[error.failure] : 'failed');
		}
	};
};
