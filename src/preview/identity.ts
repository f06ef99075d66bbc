/** Names of pictures: the keyframe and everything that shapes the file. */
import type { KeyframeInfo } from '../shared/keyframe-object.ts';
import { isLossy, type PreviewFormat } from '../shared/preview/format.ts';
import type { KeyframeId } from '../shared/preview/path.ts';
import { optionsKey, type PreviewOptions } from '../shared/preview/query.ts';

/** What is made of a keyframe. */
export interface Shape {
	readonly format: PreviewFormat;
	readonly options: PreviewOptions;
}

/** As clients see it: `X-Snapshot-Keyframe`, and a segment of the immutable URL. */
export const keyframeLabel = ({ session, sequence }: KeyframeId): string => `${session}-${sequence}`;

const shapeKey = ({ format, options }: Shape): string => {
	// A keyframe as it is differs from one that went through an encoder of the same quality.
	const asIs = options.quality === undefined ? '' : 'e';
	return `${optionsKey(options, isLossy(format))}${isLossy(format) ? asIs : ''}.${format}`;
};

/** Key of the cached picture. Safe in the path of a URL: a session is a UUID. */
export const previewKey = (id: KeyframeId, shape: Shape): string => `${id.session}/${id.sequence}/${shapeKey(shape)}`;

/** Strong: the bytes of one keyframe in one shape are the same everywhere. */
export const previewEtag = (id: KeyframeId, shape: Shape): string => `"${keyframeLabel(id)}-${shapeKey(shape)}"`;

/** Whether both are the same keyframe. */
export const isSame = (info: KeyframeInfo, id: KeyframeId): boolean =>
	info.session === id.session && info.sequence === id.sequence;
