import type { KeyframeInfo } from '../shared/keyframe-object.ts';

/** How a picture is wanted. */
export interface SnapshotOptions {
	/** Greatest width and height of the answer in pixels; the picture keeps its shape and is never enlarged. */
	readonly width?: number;
	readonly height?: number;
	/** Milliseconds from the capture to the request beyond which the caller prefers an error; no limit when absent. */
	readonly maxAge?: number;
	/** Whether a picture with missing parts is better than none. It comes with its `damage` and is never cached. */
	readonly acceptDamaged?: boolean;
	/** Whether a keyframe that is too old for this request is worth a call to the ingest node; else the stored one will do. */
	readonly refresh?: boolean;
}

/** The identity of a keyframe. Safe in the path of a URL: a session is a UUID. */
export const keyframeKey = ({ session, sequence }: KeyframeInfo): string => `${session}/${sequence}`;

/** The identity of a picture: the keyframe and everything that shapes the output. Safe in the path of a URL. */
export const pictureKey = (info: KeyframeInfo, { width, height }: SnapshotOptions): string =>
	`${keyframeKey(info)}/w${width ?? 0}h${height ?? 0}.png`;
