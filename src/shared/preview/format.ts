/** What a preview may be, by the extension of its URL. */
export const previewFormats = ['png', 'jpg', 'webp', 'mp4'] as const;

export type PreviewFormat = (typeof previewFormats)[number];

/** Formats that are pictures made of pixels; the other one is the keyframe itself in a box. */
export type ImageFormat = Exclude<PreviewFormat, 'mp4'>;

/** Whether a quality makes a difference to it. */
export const isLossy = (format: PreviewFormat): boolean => format === 'jpg' || format === 'webp';

const mediaTypes: Readonly<Record<PreviewFormat, string>> = {
	png: 'image/png',
	jpg: 'image/jpeg',
	webp: 'image/webp',
	mp4: 'video/mp4',
};

export const mediaTypeOf = (format: PreviewFormat): string => mediaTypes[format];
