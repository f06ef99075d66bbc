/**
 * The control call "a fresher keyframe, please", edge to ingest node. `docs/control.md` is its specification and changes
 * in the same commit.
 */
import { LivestillError } from '../errors.ts';
import { parseStreamName, type StreamName } from '../stream-name.ts';
import { ascii, asciiText } from './ascii.ts';

/** Path of the call below the node's control URL, and the path that is signed. */
export const keyframePath = '/control/keyframe';

export const controlLimits = {
	/** Bytes of the call's body: a name of 200 characters, each escaped, stays below 1,400. */
	callBytes: 4096,
	/** Milliseconds that an answer is worth to the edge: who waits for a picture has waited this long, at most, for a fresher one. */
	budget: 700,
	/** Milliseconds that the node waits for its publisher: what is left of the budget is for the network. */
	wait: 500,
	/** Milliseconds that the clocks of edge and node may differ. */
	clockSkew: 30_000,
} as const;

export interface KeyframeCall {
	readonly streamName: StreamName;
	/** UUID of the publish, from the stored object. */
	readonly session: string;
	/** A keyframe captured later than this will do, epoch milliseconds; without it, one captured after the call. */
	readonly after?: number;
}

const refuse = (why: string): never => {
	throw new LivestillError('INVALID_PARAMETER', why);
};

/** JSON in ASCII: the same bytes on every platform, and no encoder needed to read them. */
export const writeCall = (call: KeyframeCall): Uint8Array<ArrayBuffer> =>
	ascii(JSON.stringify(call).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`));

/** @throws LivestillError `BODY_TOO_LARGE`, `INVALID_JSON`, `INVALID_PARAMETER`, `INVALID_STREAM_NAME` */
export const parseCall = (body: Uint8Array): KeyframeCall => {
	if (body.length > controlLimits.callBytes)
		throw new LivestillError('BODY_TOO_LARGE', `the call has ${body.length} bytes, ${controlLimits.callBytes} at most`);
	let value: unknown;
	try {
		value = JSON.parse(asciiText(body));
	} catch (cause) {
		throw new LivestillError('INVALID_JSON', 'the call is not JSON in ASCII', { cause });
	}
	const field = (name: string): unknown =>
		typeof value === 'object' && value !== null && Object.hasOwn(value, name)
			? (value as Record<string, unknown>)[name]
			: undefined;
	const session = field('session');
	if (typeof session !== 'string' || session.length > 100) return refuse('session is not a UUID');
	const after = field('after');
	if (after !== undefined && !(typeof after === 'number' && Number.isSafeInteger(after) && after >= 0))
		return refuse('after is not a time');
	const streamName = parseStreamName(field('streamName'));
	return after === undefined ? { streamName, session } : { streamName, session, after: Number(after) };
};
