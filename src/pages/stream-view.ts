/** A live stream as pages and their script see it. */
import type { KeyframeInfo } from '../shared/keyframe-object.ts';
import { encodeName, previewPath } from '../shared/preview/path.ts';
import type { StreamName } from '../shared/stream-name.ts';

export interface StreamView {
	readonly name: string;
	readonly protocol: string;
	/** URL of the picture, and of the page. */
	readonly preview: string;
	readonly page: string;
	/** Epoch milliseconds. */
	readonly capturedAt: number;
	/** Milliseconds between keyframes, 0 when not known. */
	readonly interval: number;
}

const protocolNames = { rtmp: 'RTMP', rtsp: 'RTSP', webrtc: 'WebRTC' } as const;

/** @param query of its picture; a grant's also of its page */
export const streamView = (name: StreamName, info: KeyframeInfo, query: string, grant: string): StreamView => ({
	name,
	protocol: protocolNames[info.protocol],
	preview: `${previewPath({ name, format: 'jpg', keyframe: null })}?${query}`,
	page: `/streams/${encodeName(name)}${grant === '' ? '' : `?${grant}`}`,
	capturedAt: info.capturedAt,
	interval: info.keyframeInterval,
});
