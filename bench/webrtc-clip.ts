/** What the bench publishes over WebRTC: five seconds of 640x480, 30 pictures a second, 1.5 Mbit/s, as RTP payloads. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { h264Payloads, nalsOf } from '../test/ingest/support/rtp-clip.ts';

const cache = fileURLToPath(new URL('../node_modules/.cache/bench/', import.meta.url));
const path = `${cache}640x480-30-1500k-150-whole.264`;

const encode = (): void => {
	mkdirSync(cache, { recursive: true });
	const source = 'testsrc2=s=640x480:r=30,noise=alls=20:allf=t:all_seed=1,format=yuv420p';
	execFileSync('ffmpeg', [
		...['-v', 'error', '-y', '-f', 'lavfi', '-i', source, '-frames:v', '150', '-c:v', 'libx264', '-preset', 'veryfast'],
		...['-tune', 'zerolatency', '-profile:v', 'baseline', '-g', '150', '-b:v', '1500k', '-maxrate', '1500k'],
		...['-bufsize', '750k', '-x264-params', 'slices=1:sliced-threads=0:scenecut=0', '-f', 'h264', `${path}.part`],
	]);
	renameSync(`${path}.part`, path);
};

const typeOf = (nal: Uint8Array): number => (nal[0] ?? 0) & 31;

/** The payloads of each picture; the first is a keyframe, the only one. Needs ffmpeg the first time. */
export const clipPayloads = (): Uint8Array[][] => {
	if (!existsSync(path)) encode();
	const pictures: Uint8Array[][] = [];
	let parameters: Uint8Array[] = [];
	for (const nal of nalsOf(readFileSync(path))) {
		const type = typeOf(nal);
		if (type === 7 || type === 8) parameters.push(nal);
		if (type !== 1 && type !== 5) continue;
		pictures.push(h264Payloads([...parameters, nal]));
		parameters = [];
	}
	return pictures;
};

/** Packets of a second at full speed. */
export const packetRate = (pictures: readonly (readonly Uint8Array[])[]): number =>
	(30 * pictures.reduce((sum, payloads) => sum + payloads.length, 0)) / pictures.length;
