/**
 * Paths of pictures that are made of many keyframes: `/preview/{streamName}.apng`, an animation, and
 * `/preview/{streamName}/storyboard.{jpg|png|webp|vtt}`, a sprite and the list of what is where in it.
 *
 * The slash before `storyboard` stands as it is: with `%2F` there the path is that of the stream `…/storyboard`.
 */

import type { StreamName } from '../stream-name.ts';
import { type ImageFormat, type PreviewFormat, previewFormats } from './format.ts';
import { encodeName, parseEncodedName, previewPath, previewPrefix } from './path.ts';

export const spriteFormats = ['jpg', 'png', 'webp'] as const satisfies readonly ImageFormat[];

export type SpriteFormat = (typeof spriteFormats)[number];

export type SequencePath = { readonly name: StreamName } & (
	| { readonly kind: 'animation' }
	| { readonly kind: 'sprite'; readonly format: SpriteFormat }
	| { readonly kind: 'cues' }
);

/** What is asked for, as signatures name it. */
export const sequenceFormats = [
	'apng',
	'storyboard.jpg',
	'storyboard.png',
	'storyboard.webp',
	'storyboard.vtt',
] as const;

export type SequenceFormat = (typeof sequenceFormats)[number];

/** Everything that a preview may be. */
export const anyFormats = [...previewFormats, ...sequenceFormats] as const;

export type AnyFormat = PreviewFormat | SequenceFormat;

export const isSequenceFormat = (format: AnyFormat): format is SequenceFormat =>
	sequenceFormats.some((known) => known === format);

/** @returns `null`: it is a path of another kind @throws LivestillError `INVALID_STREAM_NAME` */
export const parseSequencePath = (pathname: string): SequencePath | null => {
	const text = pathname.slice(previewPrefix.length);
	const [, encoded, extension] = /^(.+)\/storyboard\.(jpg|png|webp|vtt)$/s.exec(text) ?? [];
	if (encoded !== undefined) {
		const name = parseEncodedName(encoded);
		const format = spriteFormats.find((known) => known === extension);
		return format === undefined ? { kind: 'cues', name } : { kind: 'sprite', name, format };
	}
	return text.endsWith('.apng') ? { kind: 'animation', name: parseEncodedName(text.slice(0, -'.apng'.length)) } : null;
};

export const sequenceFormatOf = (path: SequencePath): SequenceFormat => {
	if (path.kind === 'animation') return 'apng';
	return path.kind === 'cues' ? 'storyboard.vtt' : `storyboard.${path.format}`;
};

/** The path of what is newest of a stream in a format, or of its past: the inverse of the two parsers. */
export const anyPath = (name: StreamName, format: AnyFormat): string => {
	if (!isSequenceFormat(format)) return previewPath({ name, format, keyframe: null });
	return `${previewPrefix}${encodeName(name)}${format === 'apng' ? '.apng' : `/${format}`}`;
};
