/** One attempt to fetch a stream, from the connection to its end: what a source asks of a protocol. */
import type { LowerTransport } from '../protocols/rtsp/pull-session.ts';
import type { RtpPlayable } from '../protocols/webrtc/rtp-playable.ts';
import type { AccessUnit } from '../unit.ts';
import type { SourceSettings } from './source.ts';

export interface PullEvents {
	/** The first packet of the video is there. Called once. */
	readonly onStart: () => void;
	/** A complete keyframe. */
	readonly onKeyframe: (unit: AccessUnit) => void;
	/** How players get the video. */
	readonly playable?: RtpPlayable;
	/** Something had to be discarded. */
	readonly onDiscard: (reason: string) => void;
}

export interface PullEnd {
	readonly reason: string;
	/** The transport over which not one packet came, though the camera played; else `null`. */
	readonly mute: LowerTransport | null;
}

export interface Pull {
	/** Resolves when it is over. Never rejects. */
	readonly ended: Promise<PullEnd>;
	readonly counters: () => Readonly<Record<string, number>>;
	/** Ends it, and says so to the camera. */
	stop(reason: string): void;
}

/** Starts at once. @param transports what is tried first is the first */
export type StartPull = (settings: SourceSettings, transports: readonly LowerTransport[], events: PullEvents) => Pull;
