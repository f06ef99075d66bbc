/**
 * The life of one connection to a camera: the session that it opens, the packets that come, signs of life in both
 * directions, its end.
 */
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import { createClientAuth } from '../protocols/rtsp/auth/client-auth.ts';
import type { VideoFormat } from '../protocols/rtsp/media-description.ts';
import { createMediaReceiver, type MediaReceiver } from '../protocols/rtsp/media-receiver.ts';
import { writeInterleaved } from '../protocols/rtsp/message.ts';
import {
	type LowerTransport,
	openPullSession,
	type PullSession,
	type PullTransport,
} from '../protocols/rtsp/pull-session.ts';
import { RtspStatusError } from '../protocols/rtsp/response-error.ts';
import type { RtspUri } from '../protocols/rtsp/rtsp-uri.ts';
import { openUdpPortPair, type PortRange, type UdpPortPair } from '../servers/udp-port-pair.ts';
import { serveCameraConnection } from './camera-connection.ts';
import { punchHoles } from './hole-punch.ts';
import type { PullEvents } from './pull.ts';
import type { PullTimeouts } from './pull-timeouts.ts';

export interface CameraSessionOptions {
	readonly uri: RtspUri;
	/** What is tried first is the first. */
	readonly transports: readonly LowerTransport[];
	readonly clock: Clock;
	/** Our own SSRC, 32 bits. */
	readonly ssrc: number;
	readonly timeouts: PullTimeouts;
	/** Ports for media over UDP; `null`: any that are free. */
	readonly udpPorts: PortRange | null;
	readonly events: PullEvents;
	/** It is over; not called after `end`. */
	readonly onOver: (reason: string) => void;
}

export interface CameraSession {
	/** Brings the video to run. @throws RtspRedirect, LivestillError */
	play(): Promise<void>;
	readonly counters: () => Readonly<Record<string, number>>;
	/** How the video comes and what it is, `null` before that is known. */
	readonly media: () => { readonly video: VideoFormat; readonly transport: PullTransport } | null;
	/** Whether a packet of the video has come. */
	readonly isHeard: boolean;
	/** Says so to the camera where there is something to end, and cuts the connection. */
	end(reason: string): void;
}

/** Milliseconds between two looks at the time. */
const checkInterval = 1000;

/** Takes the socket over. */
export const serveCameraSession = (socket: Socket, options: CameraSessionOptions): CameraSession => {
	const { uri, transports, clock, ssrc, timeouts, events, onOver } = options;
	const { remoteAddress = '', localAddress } = socket;
	let session: PullSession | null = null;
	let media: { readonly video: VideoFormat; readonly transport: PullTransport } | null = null;
	let receiver: MediaReceiver | null = null;
	let udp: UdpPortPair | null = null;
	let foreign = 0;
	let isHeard = false;
	let isOver = false;
	/** Monotonic: the last packet, sign of life, report. */
	let heardAt = 0;
	let toldAt = 0;
	let reportedAt = 0;
	let cancelCheck = (): void => {};

	const heard = (): void => {
		heardAt = clock.monotonic();
		if (isHeard) return;
		isHeard = true;
		events.onStart();
	};

	const end = (reason: string): void => {
		if (isOver) return;
		isOver = true;
		cancelCheck();
		receiver?.end();
		udp?.close();
		if (session === null) {
			connection.end(reason);
			return;
		}
		// A camera keeps a session that nobody ends for a minute, and has room for a few.
		const cancel = clock.after(timeouts.farewell, () => connection.end(reason));
		void session.teardown().then(() => {
			cancel();
			connection.end(reason);
		});
	};

	const over = (reason: string): void => {
		if (isOver) return;
		end(reason);
		onOver(reason);
	};

	const connection = serveCameraConnection(socket, {
		clock,
		auth: createClientAuth(uri.credentials, () => randomBytes(8).toString('hex')),
		timeout: timeouts.response,
		onFrame: (channel, bytes) => {
			if (isOver || media?.transport.lower !== 'tcp') return;
			const { rtp, rtcp } = media.transport.channels;
			if (channel === rtp) receiver?.receiveRtp(bytes);
			else if (channel === rtcp) receiver?.receiveRtcp(bytes);
		},
		onClosed: over,
	});

	const openPorts = async () => {
		udp ??= await openUdpPortPair({
			...{ remoteAddress, localAddress, range: options.udpPorts },
			onRtp: (bytes) => receiver?.receiveRtp(bytes),
			onRtcp: (bytes) => receiver?.receiveRtcp(bytes),
			onForeign: () => {
				foreign += 1;
			},
		});
		if (isOver) udp.close();
		return udp.ports;
	};

	const sendReport = (): void => {
		const report = receiver?.report() ?? null;
		if (report === null || media === null) return;
		const { transport } = media;
		if (transport.lower === 'tcp') connection.write(writeInterleaved(transport.channels.rtcp, report));
		else udp?.send('rtcp', report);
	};

	const keepAlive = (running: PullSession): void => {
		running.keepalive().catch((error: unknown) => {
			// Some cameras never answer this and send all the same; what counts is that they send.
			if (error instanceof RtspStatusError) over(error.message);
		});
	};

	const check = (running: PullSession): void => {
		cancelCheck = clock.after(checkInterval, () => check(running));
		const now = clock.monotonic();
		const limit = isHeard || media?.transport.lower === 'tcp' ? timeouts.silence : timeouts.firstPacket;
		if (receiver?.hasLeft) over('the camera has said goodbye');
		else if (now - heardAt > limit) over(`no packet for ${limit / 1000} s`);
		if (isOver) return;
		if (now - toldAt >= running.keepaliveInterval) {
			toldAt = now;
			keepAlive(running);
		}
		if (now - reportedAt >= timeouts.report) {
			reportedAt = now;
			sendReport();
		}
	};

	return {
		play: async () => {
			const running = await openPullSession({
				exchange: connection.exchange,
				url: uri.url,
				transports,
				openPorts,
				onSetup: (video, transport) => {
					const { onKeyframe, onDiscard, playable } = events;
					receiver = createMediaReceiver({
						...{ video, lower: transport.lower, clock, ssrc, onKeyframe, onDiscard },
						onPacket: heard,
						...(playable === undefined ? {} : { playable }),
					});
					media = { video, transport };
					if (transport.lower === 'udp' && udp !== null && transport.serverPorts !== null) {
						udp.expect(transport.serverPorts);
						punchHoles(udp, ssrc, video.format.payloadType);
					}
				},
			});
			if (isOver) {
				void running.teardown();
				return;
			}
			session = running;
			heardAt = clock.monotonic();
			toldAt = heardAt;
			reportedAt = heardAt;
			check(running);
		},
		counters: () => ({ ...receiver?.counters, foreign }),
		media: () => media,
		get isHeard() {
			return isHeard;
		},
		end,
	};
};
