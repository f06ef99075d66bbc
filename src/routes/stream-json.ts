import type { ListedStream } from '../store/ports.ts';

/**
 * A stream as the REST API shows it: the field names of a WCS `Stream` where the meaning is the same, `snapshot` and
 * the rest are ours. The control URL of the ingest node is not for clients.
 */
export const streamJson = ({ name, info }: ListedStream) => ({
	name,
	mediaSessionId: info.session,
	published: true,
	status: 'PUBLISHING',
	createDate: info.publishedAt,
	protocol: info.protocol,
	hasVideo: info.codec !== 'none',
	videoCodec: info.codec === 'none' ? null : info.codec.toUpperCase(),
	width: info.width,
	height: info.height,
	rotation: info.rotation,
	snapshot:
		info.codec === 'none'
			? null
			: { timestamp: info.capturedAt, sequence: info.sequence, keyframeInterval: info.keyframeInterval },
});

export type StreamJson = ReturnType<typeof streamJson>;
