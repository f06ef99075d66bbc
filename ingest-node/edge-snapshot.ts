/** Snapshots for the signalling: the edge's REST call, because there is one decoder in the system and it is there. */
import { type ErrorCode, errorCodes, LivestillError } from '../src/shared/errors.ts';
import type { StreamName } from '../src/shared/stream-name.ts';

/** The edge itself waits 3 s for a first keyframe. */
const timeout = 10_000;
/** Calls at a time: their answers are megabytes. More wait for nothing, they are refused. */
const maxPending = 32;

const isErrorCode = (code: unknown): code is ErrorCode => (errorCodes as readonly unknown[]).includes(code);

const failureOf = (status: number, body: unknown): LivestillError => {
	const { code, message } = (body as { error?: { code?: unknown; message?: unknown } } | null)?.error ?? {};
	return isErrorCode(code)
		? new LivestillError(code, String(message))
		: new LivestillError('INTERNAL', `the edge answered ${status}`);
};

/**
 * @param edgeUrl `undefined`: there is none
 * @param token API token for pictures, where the edge wants one
 * @returns resolves to the PNG in base64, rejects with a LivestillError of the edge's code
 */
export const createEdgeSnapshot = (
	edgeUrl: string | undefined,
	token?: string,
): ((name: StreamName) => Promise<string>) => {
	let pending = 0;

	const call = async (name: StreamName): Promise<string> => {
		const response = await fetch(`${edgeUrl}/rest-api/stream/snapshot`, {
			method: 'POST',
			headers: {
				'content-type': 'application/json',
				...(token !== undefined && { authorization: `Bearer ${token}` }),
			},
			body: JSON.stringify({ streamName: name }),
			signal: AbortSignal.timeout(timeout),
			// A redirect would take the token along.
			redirect: 'error',
		}).catch((cause: unknown) => {
			throw new LivestillError('INTERNAL', 'the edge did not answer', { cause });
		});
		const body: unknown = await response.json().catch(() => null);
		// Our token, not the client's, is what the edge does not like.
		if (response.status === 401 || response.status === 403)
			throw new LivestillError('INTERNAL', 'the edge refuses this node: EDGE_TOKEN');
		if (response.status !== 200) throw failureOf(response.status, body);
		const data = (body as { data?: unknown } | null)?.data;
		if (typeof data !== 'string') throw new LivestillError('INTERNAL', 'the edge answered without a picture');
		return data;
	};

	return async (name) => {
		if (edgeUrl === undefined) throw new LivestillError('INTERNAL', 'this node knows no edge: EDGE_URL is not set');
		if (pending >= maxPending) throw new LivestillError('BUSY', 'too many snapshots at a time');
		pending += 1;
		try {
			return await call(name);
		} finally {
			pending -= 1;
		}
	};
};
