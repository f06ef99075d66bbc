/**
 * Paths of previews: `/preview/{streamName}.{format}`, without an extension for content negotiation, and
 * `/preview/{streamName}/{session}-{sequence}.{format}` for one keyframe. The name is percent-encoded; slashes may be
 * or not. Whatever the bytes, a name is accepted by `parseStreamName` or by nobody.
 */
import { LivestillError } from '../errors.ts';
import { parseStreamName, type StreamName } from '../stream-name.ts';
import { type PreviewFormat, previewFormats } from './format.ts';

/** A keyframe's identity: UUID of the publish and its number in it. */
export interface KeyframeId {
	readonly session: string;
	readonly sequence: number;
}

export interface PreviewPath {
	readonly name: StreamName;
	/** `null`: the client's `Accept` decides. */
	readonly format: PreviewFormat | null;
	/** `null`: the newest. */
	readonly keyframe: KeyframeId | null;
}

export const previewPrefix = '/preview/';

const keyframeSegment = /^(.+)\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})-([1-9][0-9]{0,14})$/s;

const decode = (text: string): string => {
	try {
		return decodeURIComponent(text);
	} catch (cause) {
		throw new LivestillError('INVALID_STREAM_NAME', 'stream name is not percent-encoded UTF-8', { cause });
	}
};

/** A name as it stands in a path. @throws LivestillError `INVALID_STREAM_NAME` */
export const parseEncodedName = (text: string): StreamName => parseStreamName(decode(text));

/**
 * Takes a path apart.
 *
 * @param pathname as it stands in the URL, beginning with {@link previewPrefix}
 * @throws LivestillError `INVALID_STREAM_NAME`
 */
export const parsePreviewPath = (pathname: string): PreviewPath => {
	const text = decode(pathname.slice(previewPrefix.length));
	const format = previewFormats.find((extension) => text.endsWith(`.${extension}`)) ?? null;
	const rest = format === null ? text : text.slice(0, -format.length - 1);
	const [, name, session, sequence] = keyframeSegment.exec(rest) ?? [];
	if (name === undefined || session === undefined) return { name: parseStreamName(rest), format, keyframe: null };
	return { name: parseStreamName(name), format, keyframe: { session, sequence: Number(sequence) } };
};

/** The name as it is written in a path: slashes stay, everything else that is not unreserved is percent-encoded. */
export const encodeName = (name: string): string => name.split('/').map(encodeURIComponent).join('/');

/** The path of a preview; the inverse of {@link parsePreviewPath}. */
export const previewPath = ({ name, format, keyframe }: PreviewPath): string => {
	const identity = keyframe === null ? '' : `/${keyframe.session}-${keyframe.sequence}`;
	// As it stands `/storyboard.jpg` is something else.
	const encoded = encodeName(name).replace(/\/(storyboard)$/, '%2F$1');
	return previewPrefix + encoded + identity + (format === null ? '' : `.${format}`);
};
