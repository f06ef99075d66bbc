/** Whether the stored keyframe will do, and what to do when it will not. */
import { LivestillError } from '../shared/errors.ts';
import type { KeyframeInfo } from '../shared/keyframe-object.ts';
import type { StreamName } from '../shared/stream-name.ts';
import type { StoredKeyframe } from '../store/ports.ts';
import { awaitKeyframe, type KeyframeTools } from './await-keyframe.ts';
import type { SnapshotOptions } from './options.ts';
import type { Stopwatch } from './stopwatch.ts';

export interface RefreshTools extends KeyframeTools {
	/** Milliseconds that a keyframe may be old when the request does not say; `undefined`: what suits the protocol. */
	readonly refreshAge: number | undefined;
}

export interface RefreshRequest {
	readonly name: StreamName;
	readonly options: SnapshotOptions;
	/** When the request arrived, epoch milliseconds. */
	readonly askedAt: number;
	readonly stopwatch: Stopwatch;
}

/** Milliseconds that the keyframe of a publisher that cannot be asked for one may be old. */
const defaultAge = 1000;

/** What to ask the node for; `null`: the stored keyframe will do. */
export const wish = (
	{ protocol, capturedAt }: Pick<KeyframeInfo, 'protocol' | 'capturedAt'>,
	{ askedAt, options }: Pick<RefreshRequest, 'askedAt' | 'options'>,
	refreshAge: number | undefined,
): { readonly after?: number } | null => {
	const { maxAge = refreshAge } = options;
	// A browser makes a keyframe whenever it is asked to: the picture shows the world after the request.
	if (maxAge === undefined && protocol === 'webrtc') return {};
	const age = maxAge ?? defaultAge;
	if (askedAt - capturedAt <= age) return null;
	// Others send keyframes when they like; whatever is newer than the stored one is the best that there is.
	return { after: protocol === 'webrtc' ? Math.max(0, askedAt - age) : capturedAt };
};

/** The object after its node has said that the session is over: another session may have the name by now. */
const successor = async (tools: RefreshTools, name: StreamName, ended: string): Promise<StoredKeyframe> => {
	const stored = await awaitKeyframe(tools, name);
	if (stored.info.session !== ended) return stored;
	stored.discard();
	throw new LivestillError('STREAM_NOT_FOUND', 'no live stream has this name');
};

/**
 * The keyframe that the request is to have: `stored`, or a fresher one where it is wanted and to be had. Owns `stored`.
 *
 * @throws LivestillError `STREAM_NOT_FOUND` when the node says that the stream has ended, and what `awaitKeyframe` throws
 */
export const refresh = async (
	stored: StoredKeyframe,
	request: RefreshRequest,
	tools: RefreshTools,
): Promise<StoredKeyframe> => {
	const { info } = stored;
	const { nodes, refreshAge } = tools;
	const wanted =
		nodes === null || !request.options.refresh || info.node === '' ? null : wish(info, request, refreshAge);
	if (nodes === null || wanted === null) return stored;
	const answer = await request.stopwatch.measureAsync('refresh', () => nodes.fresher(request.name, info, wanted.after));
	if (answer === null) return stored;
	if (answer === 'ended') {
		stored.discard();
		return successor(tools, request.name, info.session);
	}
	// Never back in time, whatever a node says.
	if (answer.info.sequence < info.sequence) return stored;
	stored.discard();
	return answer;
};
