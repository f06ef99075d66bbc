/** The codecs a keyframe object may hold. A reader that does not know one answers `UNSUPPORTED_CODEC`. */
export const codecs = ['h264', 'hevc', 'vp8', 'vp9', 'av1', 'jpeg'] as const;

export type Codec = (typeof codecs)[number];

/** MIME type of an object body that holds `codec`: `video/h264` and so on, `image/jpeg` for JPEG. */
export const contentTypeOf = (codec: Codec): string => (codec === 'jpeg' ? 'image/jpeg' : `video/${codec}`);
