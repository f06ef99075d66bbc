/** The media of one publisher: what is set up, what comes in over it, and the reports that go back. */

import type { MediaDescription } from './media-description.ts';
import { createMediaReceiver, type MediaReceiver } from './media-receiver.ts';
import type { InterleavedFrame } from './message.ts';
import { writeInterleaved } from './message.ts';
import type { PushedStream, PushPorts, UdpPath } from './push-ports.ts';
import { createPushTracks } from './push-tracks.ts';
import { Refusal } from './status.ts';
import { formatTransport, type TransportPair } from './transport.ts';

export interface PushMedia {
	/** Sets a track up. Resolves to the `Transport` of the answer. @throws Refusal, LivestillError `BUSY` */
	setUp(url: string, transport: string): Promise<string>;
	/** Whether the video is set up. */
	readonly isReady: boolean;
	/** Media counts from now on. */
	start(): void;
	/** Media is ignored until the next start. */
	pause(): void;
	receive(frame: InterleavedFrame): void;
	/** Sends what is due every few seconds. */
	report(): void;
	/** When the newest packet came, monotonic milliseconds. */
	readonly heardAt: number;
	/** The video has said goodbye and sent nothing since. */
	readonly hasLeft: boolean;
	counters(): Readonly<Record<string, number>>;
	end(): void;
}

export interface PushMediaOptions {
	readonly ports: PushPorts;
	readonly baseUrl: string;
	readonly description: MediaDescription;
	readonly stream: PushedStream;
	/** 0 ≤ x < 1. */
	readonly random: () => number;
}

export const createPushMedia = ({ ports, baseUrl, description, stream, random }: PushMediaOptions): PushMedia => {
	const { clock, send, openUdp } = ports;
	const tracks = createPushTracks(baseUrl, description);
	const videoIndex = description.tracks.findIndex(({ video }) => video !== null);
	const paths: UdpPath[] = [];
	let receiver: MediaReceiver | null = null;
	let sendReport: (bytes: Uint8Array) => void = () => {};
	let isRecording = false;
	let heardAt = clock.monotonic();
	let ignored = 0;
	let isOver = false;

	const take = (index: number, kind: keyof TransportPair, bytes: Uint8Array): void => {
		if (!isRecording) return;
		heardAt = clock.monotonic();
		// Sound is let in, because publishers do not part with it, and goes no further.
		if (index !== videoIndex) ignored += 1;
		else if (kind === 'rtp') receiver?.receiveRtp(bytes);
		else receiver?.receiveRtcp(bytes);
	};

	const receiveVideo = (lower: 'tcp' | 'udp'): void => {
		const video = description.tracks[videoIndex]?.video ?? null;
		if (video === null) return;
		receiver = createMediaReceiver({
			video,
			lower,
			clock,
			ssrc: 1 + Math.floor(random() * (2 ** 32 - 1)),
			onKeyframe: stream.deliver,
			onDiscard: stream.discard,
			playable: stream.playable,
		});
	};

	const openPath = async (index: number, clientPort: TransportPair): Promise<UdpPath> => {
		const onPacket = (kind: keyof TransportPair, bytes: Uint8Array): void => take(index, kind, bytes);
		const path = await openUdp?.({ clientPort, onPacket });
		if (path === undefined) throw new Refusal(461);
		if (isOver) path.close();
		paths.push(path);
		return path;
	};

	return {
		setUp: async (url, header) => {
			const index = tracks.find(url);
			const { lower, profile, interleaved, clientPort } = tracks.choose(index, header, openUdp !== null);
			const path = clientPort === null || lower === 'tcp' ? null : await openPath(index, clientPort);
			tracks.add(index, interleaved);
			if (index === videoIndex) {
				receiveVideo(lower);
				const channel = interleaved?.rtcp ?? 0;
				sendReport =
					path === null ? (bytes) => send(writeInterleaved(channel, bytes)) : (bytes) => path.send('rtcp', bytes);
			}
			const ends = path === null ? { interleaved } : { clientPort, serverPort: path.ports };
			return formatTransport({ lower, profile, mode: 'record', ...ends });
		},
		get isReady() {
			return tracks.has(videoIndex);
		},
		start: () => {
			isRecording = true;
			heardAt = clock.monotonic();
		},
		pause: () => {
			isRecording = false;
		},
		receive: ({ channel, data }) => {
			const known = tracks.onChannel(channel);
			if (known !== null) take(known.index, known.kind, data);
			else stream.discard(`interleaved frame of channel ${channel}, which is not set up`);
		},
		report: () => {
			const report = isRecording ? (receiver?.report() ?? null) : null;
			if (report !== null) sendReport(report);
		},
		get heardAt() {
			return heardAt;
		},
		get hasLeft() {
			return receiver?.hasLeft ?? false;
		},
		counters: () => ({ ...receiver?.counters, ignored }),
		end: () => {
			isOver = true;
			isRecording = false;
			receiver?.end();
			for (const path of paths) path.close();
		},
	};
};
