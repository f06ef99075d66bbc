/**
 * Stream names and the object keys made of them.
 *
 * A name has 1 to 200 characters; `/` separates segments, none of which is empty, `.` or `..`; control characters are
 * not allowed. A pulled camera is known by its `rtsp://` URI without the credentials. Keys hold only `[A-Za-z0-9._/-]`:
 * segments are written as `key-coding.ts` says, an empty one (only in URIs) is `__`. One name has one key and one key one name.
 */
import { LivestillError } from './errors.ts';
import { decodeRuns, encodeRuns } from './key-coding.ts';
import { limits } from './limits.ts';

declare const streamNameBrand: unique symbol;
/** A name that {@link parseStreamName} has accepted. */
export type StreamName = string & { readonly [streamNameBrand]: true };

declare const objectKeyBrand: unique symbol;
/** A key of the object store. Only the functions of this module make one. */
export type ObjectKey = string & { readonly [objectKeyBrand]: true };

const isRtspUri = /^rtsps?:\/\//i;
// C0, DEL and C1 controls, line and paragraph separators: no name needs them and every log suffers from them.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const controlCharacter = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

const refuse = (why: string): never => {
	throw new LivestillError('INVALID_STREAM_NAME', `stream name ${why}`);
};

/** Takes `user:password@` out of an RTSP URI and lower-cases its scheme; other names come back as they are. */
const withoutCredentials = (name: string): string => {
	const scheme = isRtspUri.exec(name)?.[0];
	if (scheme === undefined) return name;
	const rest = name.slice(scheme.length);
	const authorityEnd = rest.search(/[/?#]/);
	const authority = authorityEnd < 0 ? rest : rest.slice(0, authorityEnd);
	const tail = authorityEnd < 0 ? '' : rest.slice(authorityEnd);
	return scheme.toLowerCase() + authority.slice(authority.lastIndexOf('@') + 1).toLowerCase() + tail;
};

/**
 * Accepts or refuses a name that came from a client or a publisher.
 *
 * @throws LivestillError `INVALID_STREAM_NAME` that says which rule is broken
 */
export const parseStreamName = (input: unknown): StreamName => {
	if (typeof input !== 'string') return refuse('is not a string');
	if (input.length === 0) return refuse('is empty');
	if (input.length > limits.streamNameLength)
		return refuse(`has ${input.length} characters, at most ${limits.streamNameLength} are allowed`);
	if (!input.isWellFormed()) return refuse('is not valid Unicode');
	if (controlCharacter.test(input)) return refuse('has control characters');
	const name = withoutCredentials(input);
	const isUri = isRtspUri.test(name);
	const segments = (isUri ? name.replace(isRtspUri, '') : name).split('/');
	if (isUri && segments[0] === '') return refuse('is a URI without a host');
	for (const segment of segments) {
		if (segment === '' && !isUri) return refuse('has an empty segment');
		if (segment === '.' || segment === '..') return refuse(`has the segment "${segment}"`);
	}
	return name as StreamName;
};

/** The application that is no part of names. */
const unnamedApp = 'live/';

/**
 * The name of an RTMP publish or an RTSP path: `app/name`, without `live/` at its beginning. Where the application ends is up to the
 * client: of `rtmp://host/live/cam/1` it is `live` for OBS and `live/cam` for ffmpeg.
 *
 * @param app '' when there is none
 * @throws LivestillError `INVALID_STREAM_NAME`
 */
export const rtmpStreamName = (app: string, name: string): StreamName => {
	const path = app === '' ? name : `${app}/${name}`;
	return parseStreamName(path.startsWith(unnamedApp) ? path.slice(unnamedApp.length) : path);
};

const encodeName = (name: StreamName): string =>
	name
		.split('/')
		.map((segment) => (segment === '' ? '__' : encodeRuns(segment)))
		.join('/');

/** Key of the newest keyframe of a stream: `live/{name}`. */
export const liveKey = (name: StreamName): ObjectKey => `live/${encodeName(name)}` as ObjectKey;

/** Prefix of {@link liveKey}: what a list of all live streams asks for. */
export const livePrefix = 'live/';

/** The name behind a {@link liveKey}, or `null` when the key is not one of ours. */
export const nameOfLiveKey = (key: string): StreamName | null => {
	if (!key.startsWith(livePrefix)) return null;
	const segments = key
		.slice(livePrefix.length)
		.split('/')
		.map((segment) => (segment === '__' ? '' : decodeRuns(segment)));
	if (segments.includes(null)) return null;
	const text = segments.join('/');
	try {
		const name = parseStreamName(text);
		// A name has one key: anything else that decodes to the name was not written by us.
		return liveKey(name) === key ? name : null;
	} catch {
		return null;
	}
};
