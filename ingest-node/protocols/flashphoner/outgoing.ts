/** The messages that the node sends to a WebSDK client. */
import { writeEnvelope } from './envelope.ts';

export type StreamStatus = 'PUBLISHING' | 'PLAYING' | 'UNPUBLISHED' | 'STOPPED' | 'FAILED' | 'SNAPSHOT_COMPLETE';

export interface StreamStatusEvent {
	readonly mediaSessionId: string;
	readonly name: string;
	readonly status: StreamStatus;
	/** The client keeps its last info when there is none. */
	readonly info?: string;
	readonly [field: string]: unknown;
}

export const streamStatus = (event: StreamStatusEvent): string => writeEnvelope('notifyStreamStatusEvent', event);

/** @param payload JSON text, so that an event for many is written once; '' for none */
export const streamEvent = (mediaSessionId: string, type: string, payload = ''): string => {
	const head = `{"message":"notifyStreamEvent","data":[{"mediaSessionId":${JSON.stringify(mediaSessionId)}`;
	return `${head},"type":${JSON.stringify(type)}${payload && `,"payload":${payload}`}}]}`;
};

/** Positional, and once for a stream: the client takes a second one for an offer. */
export const remoteSdp = (mediaSessionId: string, answer: string): string =>
	writeEnvelope('setRemoteSDP', mediaSessionId, answer);

/** Size of the video, for players of both generations. */
export const videoFormat = (mediaSessionId: string, size: { width: number; height: number }): string[] => {
	const format = { streamerVideoWidth: size.width, streamerVideoHeight: size.height };
	return [
		writeEnvelope('notifyVideoFormat', { mediaSessionId, status: 'RESIZE', ...format }),
		streamEvent(mediaSessionId, 'resize', JSON.stringify(format)),
	];
};

/** The key is `id` here, and the status a string. @param obstacle why the stream cannot be played, `null` when it can */
export const availability = (id: string, obstacle: string | null): string =>
	writeEnvelope('availableStream', { id, status: String(obstacle === null), info: obstacle ?? '' });

/** Comes out as a warning of the client's session; ends nothing. */
export const warning = (apiMethod: string, info: string): string =>
	writeEnvelope('fail', { apiMethod, status: 'FAILED', info });
