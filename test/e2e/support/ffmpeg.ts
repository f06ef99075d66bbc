/** ffmpeg as a publisher and as the decoder that ours is compared with. */
import { execFile } from 'node:child_process';
import { type Peer, startPeer } from './processes.ts';

const quiet = ['-hide_banner', '-loglevel', 'error'];

export interface ClipOptions {
	/** `640x360` */
	readonly size?: string;
	/** Filters behind the source. */
	readonly filter?: string;
	/** Pictures a second, 25. */
	readonly rate?: number;
	/** Options of the encoder; by default a keyframe every 25 pictures and no delay. */
	readonly encoder?: readonly string[];
}

/** Publishes a moving test picture in real time until it is stopped. */
export const publishWithFfmpeg = (
	url: string,
	{ size = '640x360', filter = 'null', rate = 25, encoder = [] }: ClipOptions = {},
): Peer =>
	startPeer('ffmpeg', [
		...quiet,
		...['-re', '-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${rate},${filter}`],
		...[
			'-c:v',
			'libx264',
			'-preset',
			'veryfast',
			'-tune',
			'zerolatency',
			'-pix_fmt',
			'yuv420p',
			'-g',
			'25',
			...encoder,
		],
		...['-f', 'flv', url],
	]);

/** Runs ffmpeg over bytes. @throws Error with what it wrote */
const convert = (input: Uint8Array, args: readonly string[]): Promise<Buffer> =>
	new Promise((resolve, reject) => {
		const child = execFile(
			'ffmpeg',
			[...quiet, ...args],
			{ encoding: 'buffer', maxBuffer: 64 * 1024 * 1024 },
			(error, stdout, stderr) => (error === null ? resolve(stdout) : reject(new Error(stderr.toString()))),
		);
		child.stdin?.on('error', () => {});
		child.stdin?.end(input);
	});

const decodeAnnexB = (codec: 'h264' | 'hevc', body: Uint8Array): Promise<Buffer> =>
	convert(body, [
		...['-f', codec, '-i', 'pipe:0', '-frames:v', '1', '-vf', 'format=yuv420p|yuvj420p', '-f', 'rawvideo', 'pipe:1'],
	]);

/** The first picture of an H.264 elementary stream as ffmpeg decodes it: Y, U, V, cropped, 8 bits, 4:2:0. */
export const decodeH264 = (body: Uint8Array): Promise<Buffer> => decodeAnnexB('h264', body);

/** One frame in an IVF file, which names the codec of a raw frame. */
const inIvf = (fourcc: string, frame: Uint8Array): Buffer => {
	const header = Buffer.alloc(32 + 12);
	header.write(`DKIF\0\0 \0${fourcc}`, 'latin1');
	// Time base 1/1, one frame.
	for (const at of [16, 20, 24]) header.writeUInt32LE(1, at);
	header.writeUInt32LE(frame.length, 32);
	return Buffer.concat([header, frame]);
};

const ivfCodes = { vp8: 'VP80', vp9: 'VP90', av1: 'AV01' } as const;

/** A keyframe object's body as ffmpeg decodes it: Y, U, V, cropped, 8 bits, 4:2:0. */
export const decodeKeyframe = (codec: 'h264' | 'hevc' | keyof typeof ivfCodes, body: Uint8Array): Promise<Buffer> => {
	if (codec === 'h264' || codec === 'hevc') return decodeAnnexB(codec, body);
	const output = ['-frames:v', '1', '-pix_fmt', 'yuv420p', '-f', 'rawvideo', 'pipe:1'];
	return convert(inIvf(ivfCodes[codec], body), ['-f', 'ivf', '-i', 'pipe:0', ...output]);
};

/** The pixels of a PNG: R, G, B, one byte each. */
export const decodePng = (png: Uint8Array): Promise<Buffer> =>
	convert(png, ['-f', 'png_pipe', '-i', 'pipe:0', '-pix_fmt', 'rgb24', '-f', 'rawvideo', 'pipe:1']);

/** The first picture of an H.264 elementary stream, scaled by area to `size` (`w:h`): R, G, B. */
export const scaledRgb = (body: Uint8Array, size: string): Promise<Buffer> =>
	convert(body, [
		...['-f', 'h264', '-i', 'pipe:0', '-frames:v', '1', '-vf', `scale=${size}:flags=area+accurate_rnd+full_chroma_int`],
		...['-pix_fmt', 'rgb24', '-f', 'rawvideo', 'pipe:1'],
	]);

/** One keyframe of a moving test picture as an encoder writes it. @param muxer `h264`, `hevc`, … */
export const encodeKeyframe = (
	size: string,
	encoder: readonly string[],
	muxer: string,
	filter = 'null',
): Promise<Buffer> =>
	convert(new Uint8Array(), [
		...['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=1,${filter}`, '-frames:v', '1', '-pix_fmt', 'yuv420p'],
		...[...encoder, '-f', muxer, 'pipe:1'],
	]);

/** Any picture or video that ffmpeg opens, behind `filter`: R, G, B. */
export const rgbOf = (file: Uint8Array, filter = 'null', demuxer: readonly string[] = []): Promise<Buffer> =>
	convert(file, [
		...[...demuxer, '-i', 'pipe:0', '-frames:v', '1', '-vf', `${filter},format=gbrp,format=rgb24`],
		...['-sws_flags', 'area+accurate_rnd+full_chroma_int+full_chroma_inp', '-f', 'rawvideo', 'pipe:1'],
	]);
