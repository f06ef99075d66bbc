/** Manifests of conformance streams: what is known about each stream in `test/fixtures`. */
import { readFileSync } from 'node:fs';

export interface ConformancePicture {
	/** Position in output order, all pictures of the stream counted. */
	readonly index: number;
	/** MD5 of the cropped planes, packed: see the README beside the manifest. */
	readonly md5_all?: string;
	/** MD5s of the planes before cropping, where the encoder's own hashes are all that can be trusted. */
	readonly md5_planes?: readonly string[];
	/** `I-top+P-bottom`: the hash is of the rows of the top field alone. */
	readonly type?: string;
	readonly width?: number;
	readonly height?: number;
}

export interface ConformanceStream {
	readonly file: string;
	/** The intra pictures in output order. */
	readonly pictures: readonly ConformancePicture[];
	/** Size after cropping; absent when pictures differ in size or none is decoded. */
	readonly width?: number;
	readonly height?: number;
	/** Code of the error that is expected instead of pictures. */
	readonly refusal?: string;
	/** As ffprobe names them; only in some manifests. */
	readonly sample_aspect_ratio?: string;
	readonly color_space?: string;
	readonly color_range?: string;
}

const fixtures = new URL('../fixtures/', import.meta.url);

/** The streams of a folder of `test/fixtures`, for instance `h264/x264`. */
export const readManifest = (folder: string): ConformanceStream[] =>
	JSON.parse(readFileSync(new URL(`${folder}/manifest.json`, fixtures), 'utf8')) as ConformanceStream[];

/** The bytes of a stream. */
export const readStream = (folder: string, file: string): Uint8Array =>
	new Uint8Array(readFileSync(new URL(`${folder}/${file}`, fixtures)));

/** Path of a stream, for tools outside of this process. */
export const streamPath = (folder: string, file: string): string => new URL(`${folder}/${file}`, fixtures).pathname;
