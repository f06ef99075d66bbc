/**
 * What signalling (Flashphoner's WebSocket, WHIP, WHEP) asks of WebRTC media: an SDP answer for an offer, and the life of
 * what follows from it. Signalling knows no ICE and no RTP, media knows no signalling.
 */
import type { StreamName } from '../src/shared/stream-name.ts';

export interface MediaRequest {
	readonly name: StreamName;
	/** The client's SDP offer; untrusted. */
	readonly offer: string;
	/** Address and port of the client's signalling connection, for logs. */
	readonly remote: string;
	/** Credentials that came along, for the hooks of publishers and players; never logged. */
	readonly query: string;
}

/** A publisher's or a player's media. */
export interface MediaSession {
	/** SDP answer with all candidates. */
	readonly answer: string;
	/** Resolves when ICE and DTLS are up; rejects with a LivestillError when they do not come up in time. */
	readonly connected: Promise<void>;
	/** Resolves with the reason when the media is over, whoever ended it. Never rejects. */
	readonly closed: Promise<string>;
	/** Size of the video in samples; `null` while it is not known. */
	readonly size: () => { readonly width: number; readonly height: number } | null;
	close(reason: string): void;
}

export interface MediaEngine {
	/** @throws LivestillError `INVALID_PARAMETER` (the SDP), `STREAM_NAME_IN_USE`, or what the publish hook says */
	publish(request: MediaRequest): Promise<MediaSession>;
	/**
	 * @throws LivestillError `STREAM_NOT_FOUND`, `INVALID_PARAMETER`, `UNSUPPORTED_CODEC` when the player takes no codec of
	 * the stream, `NO_KEYFRAME` when the stream has not begun, or what the play hook says
	 */
	play(request: MediaRequest): Promise<MediaSession>;
}
