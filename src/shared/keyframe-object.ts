/**
 * The keyframe object: all that the ingest node and the edge share. `docs/keyframe-object.md` is its specification and
 * changes in the same commit.
 *
 * The body is a plain elementary stream; everything else is in string metadata (`x-amz-meta-*` of S3, `customMetadata`
 * of R2). A codec `none` says "published, no keyframe yet". A lease that has run out, or is 0 in a tombstone, says
 * "not live".
 */
import { type Codec, codecs, contentTypeOf } from './codec.ts';
import { LivestillError } from './errors.ts';
import { limits } from './limits.ts';

/** Version of the metadata that this module writes and the only one that it reads. */
export const keyframeFormat = '1';

export const protocols = ['webrtc', 'rtmp', 'rtsp'] as const;
export type Protocol = (typeof protocols)[number];

export type Rotation = 0 | 90 | 180 | 270;

/** What an ingest node keeps of its streams besides the newest keyframe. Milliseconds. */
export interface HistoryPolicy {
	/** The first keyframe of every such interval of wall clock time is kept. */
	readonly interval: number;
	/** How long. */
	readonly retention: number;
}

/** What an object says about its stream and its keyframe. Times are epoch milliseconds of the ingest node's clock. */
export interface KeyframeInfo {
	readonly codec: Codec | 'none';
	/** Luma samples after cropping, before square pixels and rotation; 0 when codec is `none` or the size is not known. */
	readonly width: number;
	readonly height: number;
	/** Clockwise degrees that a viewer has to turn the picture. */
	readonly rotation: Rotation;
	/** Arrival of the keyframe; of the publish when codec is `none`. */
	readonly capturedAt: number;
	/** Arrival of the publish. */
	readonly publishedAt: number;
	/** UUID of the publish. */
	readonly session: string;
	/** Counter of keyframes in the session, from 1; 0 when codec is `none`. */
	readonly sequence: number;
	readonly protocol: Protocol;
	/** Control URL of the ingest node, or '' when the node cannot be reached and only pushes. */
	readonly node: string;
	/** The stream is live until then, unless renewed. 0 in a tombstone. */
	readonly leaseUntil: number;
	/** Observed milliseconds between keyframes; 0 when there was only one so far. */
	readonly keyframeInterval: number;
	/** What is kept of the stream; absent: nothing. */
	readonly history?: HistoryPolicy;
}

/** An object as it is written to or read from a store. */
export interface KeyframeObject {
	readonly info: KeyframeInfo;
	readonly body: Uint8Array;
}

const invalid = (why: string): never => {
	throw new LivestillError('OBJECT_INVALID', `keyframe object: ${why}`);
};

const sessionPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
// Printable ASCII without the space: what S3 metadata carries unchanged.
const nodePattern = /^[!-~]{0,1024}$/;

const checkInfo = (info: KeyframeInfo): KeyframeInfo => {
	if (!sessionPattern.test(info.session)) invalid('session is not a UUID');
	if (!nodePattern.test(info.node)) invalid('node is not a URL in ASCII');
	if (info.history?.interval === 0) invalid('history has no interval');
	if (info.codec === 'none' && info.sequence !== 0) invalid('codec none has a sequence');
	return info;
};

/** All metadata of an object. @throws LivestillError `OBJECT_INVALID` when `info` breaks the format */
export const buildMetadata = (info: KeyframeInfo): Record<string, string> => {
	const metadata = {
		format: keyframeFormat,
		codec: info.codec,
		width: String(info.width),
		height: String(info.height),
		rotation: String(info.rotation),
		'captured-at': String(info.capturedAt),
		'published-at': String(info.publishedAt),
		session: info.session,
		sequence: String(info.sequence),
		protocol: info.protocol,
		node: info.node,
		'lease-until': String(info.leaseUntil),
		'keyframe-interval-ms': String(info.keyframeInterval),
		...(info.history !== undefined && {
			'history-interval-ms': String(info.history.interval),
			'history-retention-ms': String(info.history.retention),
		}),
	};
	// What we cannot read back we must not write.
	parseMetadata(metadata);
	return metadata;
};

/** Reads an object's metadata. @throws LivestillError `OBJECT_INVALID` */
export const parseMetadata = (metadata: Readonly<Record<string, string>>): KeyframeInfo => {
	const text = (key: string): string => {
		const value = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
		return value ?? invalid(`${key} is missing`);
	};
	const integer = (key: string, max: number): number => {
		const value = text(key);
		if (!/^(0|[1-9][0-9]{0,15})$/.test(value)) return invalid(`${key} is not a whole number`);
		const number = Number(value);
		return number <= max ? number : invalid(`${key} is ${value}, at most ${max} is allowed`);
	};
	const oneOf = <T extends string>(key: string, values: readonly T[]): T => {
		const value = text(key);
		return values.find((known) => known === value) ?? invalid(`${key} has an unknown value`);
	};
	const format = text('format');
	if (format !== keyframeFormat) invalid(`format ${format.slice(0, 20)} is unknown, ${keyframeFormat} is read`);
	let size = 0;
	for (const [key, value] of Object.entries(metadata)) size += key.length + value.length;
	if (size > limits.metadataBytes) invalid(`metadata has ${size} bytes, at most ${limits.metadataBytes} are allowed`);
	return checkInfo({
		codec: oneOf('codec', [...codecs, 'none']),
		width: integer('width', limits.side),
		height: integer('height', limits.side),
		rotation: Number(oneOf('rotation', ['0', '90', '180', '270'])) as Rotation,
		capturedAt: integer('captured-at', Number.MAX_SAFE_INTEGER),
		publishedAt: integer('published-at', Number.MAX_SAFE_INTEGER),
		session: text('session'),
		sequence: integer('sequence', Number.MAX_SAFE_INTEGER),
		protocol: oneOf('protocol', protocols),
		// S3 services disagree about empty headers: an empty value may have got lost on the way.
		node: Object.hasOwn(metadata, 'node') ? text('node') : '',
		leaseUntil: integer('lease-until', Number.MAX_SAFE_INTEGER),
		keyframeInterval: integer('keyframe-interval-ms', Number.MAX_SAFE_INTEGER),
		...(Object.hasOwn(metadata, 'history-interval-ms') && {
			history: {
				interval: integer('history-interval-ms', Number.MAX_SAFE_INTEGER),
				retention: integer('history-retention-ms', Number.MAX_SAFE_INTEGER),
			},
		}),
	});
};

/** MIME type of the object's body. */
export const objectContentType = (codec: KeyframeInfo['codec']): string =>
	codec === 'none' ? 'text/plain' : contentTypeOf(codec);

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** Body of a codec `none` object: unlike any other session's, so that its ETag (MD5 of the body) is unlike theirs. */
export const noKeyframeBody = (session: string): Uint8Array => ascii(session);

/** The object that ends a session: same session, no keyframe, a lease of 0, a body of its own. */
export const tombstone = (info: KeyframeInfo): KeyframeObject => ({
	info: { ...info, codec: 'none', width: 0, height: 0, sequence: 0, leaseUntil: 0 },
	body: ascii(`${info.session} ended`),
});

/** Whether the object speaks of a live stream at `now` (epoch milliseconds). */
export const isLive = (info: KeyframeInfo, now: number): boolean => now < info.leaseUntil;
