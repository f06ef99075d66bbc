/** Cameras: gst-rtsp-server (`rtsp-camera.py` says what it can do) and VLC. They show the seven bars of SMPTE, or a clip. */
import { chmod, copyFile, mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { decodePng } from './ffmpeg.ts';
import { type Peer, startPeer } from './processes.ts';
import { until } from './rest.ts';

export interface CameraOptions {
	readonly codec?: 'h264' | 'h265' | 'vp8' | 'jpeg';
	readonly width?: number;
	readonly height?: number;
	readonly pixelAspect?: string;
	readonly interval?: number;
	readonly setsInSdp?: boolean;
	readonly keyframes?: boolean;
	readonly sampling?: '420' | '422';
	readonly auth?: 'basic' | 'digest';
	readonly transport?: 'tcp' | 'udp';
}

export interface Camera {
	readonly port: number;
	/** With credentials where it wants some. */
	readonly uri: string;
	/** Pulls its plug. */
	kill(): Promise<void>;
	/** The same camera at the same port. */
	restart(): Promise<void>;
}

/** Any free TCP port, which may be taken by another program before it is used. */
export const freePort = (): Promise<number> =>
	new Promise((resolve) => {
		const server = createServer().listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
		});
	});

const userInfo = 'cam:p%40ss%3Aword@';

export const startCamera = async (options: CameraOptions = {}): Promise<Camera> => {
	let peer: Peer;
	let port = 0;
	const start = async (): Promise<void> => {
		// Debian's own Python has Debian's packages, whatever else is in the PATH.
		peer = startPeer('/usr/bin/python3', [
			join(import.meta.dirname, 'rtsp-camera.py'),
			JSON.stringify({ ...options, port }),
		]);
		await until('the camera is ready', 15_000, async () => /ready [0-9]+/.test(peer.output()));
		port = Number(/ready ([0-9]+)/.exec(peer.output())?.[1]);
	};
	await start();
	return {
		port,
		uri: `rtsp://${options.auth === undefined ? '' : userInfo}127.0.0.1:${port}/cam`,
		kill: async () => {
			peer.kill('SIGKILL');
			await peer.ended;
		},
		restart: start,
	};
};

/** Nobody: VLC does not run for root. */
const asNobody = ['--reuid=65534', '--regid=65534', '--clear-groups'];

/** VLC shows a clip for ever, over UDP only. */
export const startVlc = async (): Promise<Camera> => {
	const folder = await mkdtemp(join(tmpdir(), 'livestill-vlc-'));
	const clip = join(folder, 'clip.flv');
	await copyFile(join(import.meta.dirname, '../../../local/demo-clip.flv'), clip);
	await chmod(folder, 0o755);
	await chmod(clip, 0o644);
	const port = await freePort();
	const uri = `rtsp://127.0.0.1:${port}/cam`;
	const vlc = ['cvlc', '-I', 'dummy', clip, '--loop', '--sout', `#rtp{sdp=${uri}}`, '--sout-keep'];
	let peer: Peer;
	const start = async (): Promise<void> => {
		peer =
			process.getuid?.() === 0
				? startPeer('setpriv', [...asNobody, ...vlc], { env: { ...process.env, HOME: folder } })
				: startPeer('cvlc', vlc.slice(1));
	};
	await start();
	return {
		port,
		uri,
		kill: async () => {
			peer.kill('SIGKILL');
			await peer.ended;
		},
		restart: start,
	};
};

/** Red, green and blue of the bars, left to right, at full intensity. */
const bars = ['110', '011', '010', '101', '100', '001'] as const;

/**
 * Expects the colour bars of the cameras: white first, then these, in the upper two thirds. A wrong matrix or a swapped
 * plane is off by more than the tolerance, the range that some encoders forget is not.
 */
export const expectBars = async (png: Buffer | null, width: number, height: number): Promise<void> => {
	const pixels = await decodePng(png ?? Buffer.alloc(0));
	expect(pixels.length).toBe(width * height * 3);
	const seen = ['111', '110', ...bars.slice(1)].map((_, bar) => {
		const at = (Math.floor(height / 3) * width + Math.floor(((bar + 0.5) * width) / 7)) * 3;
		return [...pixels.subarray(at, at + 3)].map((value) => (value > 190 ? '1' : value < 65 ? '0' : '?')).join('');
	});
	expect(seen).toEqual(['111', ...bars]);
};
