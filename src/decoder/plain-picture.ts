import type { ChromaFormat, ColourDescription, Picture, Plane } from './picture.ts';

interface Parts {
	readonly planes: readonly Plane[];
	readonly size: { readonly width: number; readonly height: number };
	readonly chromaFormat: ChromaFormat;
	readonly colour: ColourDescription;
}

/** A progressive 8-bit picture with square samples, cropped to `size` from the top left corner. */
export const plainPicture = ({ planes, size, chromaFormat, colour }: Parts): Picture => {
	const picture = {
		planes,
		chromaFormat,
		bitDepthLuma: 8,
		bitDepthChroma: 8,
		crop: { left: 0, top: 0, width: size.width, height: size.height },
		fields: 'none' as const,
		sampleAspectRatio: { width: 1, height: 1 },
		colour,
		chromaSampleLocation: 0,
	};
	return picture;
};
