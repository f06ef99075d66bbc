import { parseRtpPacket, type RtpPacket } from '../../../ingest-node/protocols/rtp/packet.ts';
import { obuType, splitObus } from '../../../src/shared/av1/obu.ts';
import type { Codec } from '../../../src/shared/codec.ts';
import { splitAnnexB } from '../../../src/shared/h264/annex-b.ts';
import { fixture } from './fixtures.ts';

/** What real senders sent; see `test/fixtures/rtp/CREDITS.md`. */
export const rtpCaptures = [
	{ capture: 'ffmpeg51-h264', sent: 'ffmpeg51-h264.h264', codec: 'h264', pictures: 20, keyframes: 2 },
	{ capture: 'gst122-h264', sent: 'gst122-h264.h264', codec: 'h264', pictures: 20, keyframes: 2 },
	{ capture: 'ffmpeg51-hevc', sent: 'ffmpeg51-hevc.hevc', codec: 'hevc', pictures: 20, keyframes: 2 },
	{ capture: 'gst122-hevc', sent: 'gst122-hevc.hevc', codec: 'hevc', pictures: 20, keyframes: 2 },
	{ capture: 'ffmpeg51-vp8', sent: 'libvpx-vp8.ivf', codec: 'vp8', pictures: 20, keyframes: 2 },
	{ capture: 'gst122-vp8', sent: 'libvpx-vp8.ivf', codec: 'vp8', pictures: 20, keyframes: 2 },
	{ capture: 'ffmpeg51-vp9', sent: 'libvpx-vp9.ivf', codec: 'vp9', pictures: 20, keyframes: 2 },
	{ capture: 'gst122-vp9', sent: 'libvpx-vp9.ivf', codec: 'vp9', pictures: 20, keyframes: 2 },
	{ capture: 'ffmpeg81-av1', sent: 'svt-av1.ivf', codec: 'av1', pictures: 20, keyframes: 2 },
	{ capture: 'ffmpeg51-jpeg420', sent: 'ffmpeg51-jpeg420.mjpeg', codec: 'jpeg', pictures: 5, keyframes: 5 },
	{ capture: 'gst122-jpeg420', sent: 'gst122-jpeg420.mjpeg', codec: 'jpeg', pictures: 5, keyframes: 5 },
	{ capture: 'gst122-jpeg422', sent: 'gst122-jpeg422.mjpeg', codec: 'jpeg', pictures: 5, keyframes: 5 },
	{ capture: 'gst122-jpeg-restart', sent: 'gst122-jpeg-restart.mjpeg', codec: 'jpeg', pictures: 5, keyframes: 5 },
] as const satisfies readonly { readonly codec: Codec; readonly [name: string]: unknown }[];

/** The packets of a capture, as bytes of their own. */
export const packetBytes = (capture: string): Uint8Array[] => {
	const bytes = fixture(`rtp/${capture}.rtp`);
	const packets: Uint8Array[] = [];
	for (let at = 0; at < bytes.length; ) {
		const end = at + 2 + (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
		packets.push(bytes.slice(at + 2, end));
		at = end;
	}
	return packets;
};

export const packetsOf = (capture: string): RtpPacket[] => packetBytes(capture).map(parseRtpPacket);

const ivfFrames = (file: Uint8Array): Uint8Array[] => {
	const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
	const frames: Uint8Array[] = [];
	for (let at = view.getUint16(6, true); at < file.length; ) {
		const end = at + 12 + view.getUint32(at, true);
		frames.push(file.subarray(at + 12, end));
		at = end;
	}
	return frames;
};

/** A temporal unit without its delimiter, which RTP leaves out. */
const withoutDelimiter = (unit: Uint8Array): Uint8Array => {
	const [first] = splitObus(unit);
	return first?.type === obuType.temporalDelimiter ? unit.subarray(2) : unit;
};

const jpegFiles = (stream: Uint8Array): Uint8Array[] => {
	const files: Uint8Array[] = [];
	const buffer = Buffer.from(stream);
	for (let at = 0; at < buffer.length; ) {
		const end = buffer.indexOf('ffd9', at, 'hex') + 2;
		files.push(stream.subarray(at, end));
		at = end;
	}
	return files;
};

/** What the encoder made: NAL units, frames or files. */
export const sentPayloads = (file: string): Uint8Array[] => {
	const bytes = fixture(`rtp/${file}`);
	if (file.endsWith('.mjpeg')) return jpegFiles(bytes);
	if (!file.endsWith('.ivf')) return splitAnnexB(bytes);
	return file.includes('av1') ? ivfFrames(bytes).map(withoutDelimiter) : ivfFrames(bytes);
};
