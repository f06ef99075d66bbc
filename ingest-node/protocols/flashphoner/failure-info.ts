/** Errors in the words that clients of WCS know: the `info` of FAILED. */
import { type ErrorCode, LivestillError } from '../../../src/shared/errors.ts';

const publishInfo: Partial<Record<ErrorCode, string>> = { STREAM_NAME_IN_USE: 'Stream name is already in use' };

const playInfo: Partial<Record<ErrorCode, string>> = {
	STREAM_NOT_FOUND: 'Session does not exist',
	NO_KEYFRAME: 'Publish stream is not ready',
};

/** Clients know these words; what else keeps a stream from being played has to be said in full. */
const noCommonCodecs = 'No common codecs';

const snapshotInfo: Partial<Record<ErrorCode, string>> = {
	STREAM_NOT_FOUND: 'Stream not found',
	NO_KEYFRAME: 'Publish stream is not ready',
	FRAME_TOO_OLD: 'Publish stream is not ready',
};

/** Publishers' and players' infos, and those of snapshots. A fault of ours tells nothing of itself. */
export const failureInfo = (during: 'publish' | 'play' | 'snapshot', error: unknown): string => {
	if (!(error instanceof LivestillError)) return 'Failed by error';
	const known = { publish: publishInfo, play: playInfo, snapshot: snapshotInfo }[during];
	if (error.code === 'UNSUPPORTED_CODEC' && error.message.startsWith(noCommonCodecs)) return noCommonCodecs;
	return known[error.code] ?? error.message;
};
