/** A camera for tests: sends H.264 pictures, a new keyframe for every PLI, lost packets again for every NACK. */
import { readFileSync } from 'node:fs';
import { createRtpWriter, h264Payloads, nalsOf } from './rtp-clip.ts';
import { h264Format, type TestPeer } from './webrtc-peer.ts';

const typeOf = (nal: Uint8Array): number => (nal[0] ?? 0) & 31;

/** SPS, PPS and slices of the first picture of a fixture. */
export const intraPicture = (file: string): Uint8Array[] => {
	const nals = nalsOf(readFileSync(`test/fixtures/h264/x264/${file}.264`)).filter((nal) =>
		[1, 5, 7, 8].includes(typeOf(nal)),
	);
	const second = nals.findIndex((nal, index) => index > 0 && typeOf(nal) === 7);
	return second > 0 ? nals.slice(0, second) : nals;
};

export const slicesOf = (nals: readonly Uint8Array[]): string[] =>
	nals.filter((nal) => [1, 5].includes(typeOf(nal))).map((nal) => Buffer.from(nal).toString('base64'));

/** A P slice by its header: first_mb_in_slice 0, slice_type 5. */
const predicted = (content: number): Uint8Array => {
	const nal = new Uint8Array(2500).fill(1 + (content % 250));
	nal.set([0x41, 0x9a]);
	return nal;
};

export interface Camera {
	/** Sends one picture, the next keyframe when one was asked for. */
	picture(options?: { readonly orientation?: number }): void;
	/** Sends a picture every `interval` milliseconds; the result ends it. */
	run(interval?: number): () => void;
	readonly keyframesSent: number;
	readonly plis: number[];
	readonly nacked: number;
}

/** @param keyframes in turn */
export const createCamera = (peer: TestPeer, keyframes: readonly (readonly Uint8Array[])[]): Camera => {
	const writer = createRtpWriter(peer.videoSsrc, h264Format.payloadType);
	const sent = new Map<number, Uint8Array>();
	const plis: number[] = [];
	let pictures = 0;
	let keyframesSent = 0;
	let nacked = 0;
	let wantsKeyframe = true;
	peer.onRtcp = (packet) => {
		if (packet.kind === 'pli') {
			plis.push(performance.now());
			wantsKeyframe = true;
		}
		if (packet.kind === 'nack')
			for (const sequence of packet.sequences) {
				nacked += 1;
				const bytes = sent.get(sequence);
				if (bytes !== undefined) peer.sendVideo(bytes);
			}
	};
	const camera: Camera = {
		picture: (options) => {
			const keyframe = keyframes[keyframesSent % keyframes.length] ?? [];
			const nals = wantsKeyframe ? keyframe : [predicted(pictures)];
			if (wantsKeyframe) keyframesSent += 1;
			wantsKeyframe = false;
			pictures += 1;
			for (const bytes of writer.picture(h264Payloads(nals), options)) {
				sent.set(((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0), bytes);
				peer.sendVideo(bytes);
			}
		},
		run: (interval = 33) => {
			const timer = setInterval(() => camera.picture(), interval);
			return () => clearInterval(timer);
		},
		get keyframesSent() {
			return keyframesSent;
		},
		plis,
		get nacked() {
			return nacked;
		},
	};
	return camera;
};
