/**
 * High dynamic range from the encoder to the picture: x265 with PQ and HLG over RTSP, a POST and a preview. The light of every
 * pixel comes from zimg (ffmpeg's zscale); what is documented of the tone curve is applied to it in floating point here.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, test as base, beforeAll, expect } from 'vitest';
import { rgbOf } from './support/ffmpeg.ts';
import { isMissing } from './support/peers.ts';
import { endPeers, startPeer } from './support/processes.ts';
import { untilStatus } from './support/rest.ts';
import { startTestStack, type TestStack } from './support/stack.ts';
import { storedKeyframe } from './support/stored-keyframe.ts';

const test = base.skipIf(isMissing('ffmpeg'));

let stack: TestStack;
beforeAll(async () => {
	stack = await startTestStack();
});
afterAll(async () => {
	await endPeers();
	await stack?.stop();
});

const [width, height] = [320, 180];
const publish = (name: string, transfer: string, filter: string) =>
	startPeer('ffmpeg', [
		...['-hide_banner', '-loglevel', 'error', '-re', '-f', 'lavfi'],
		...['-i', `testsrc2=size=${width}x${height}:rate=5,gblur=sigma=6,hue=s=0.4,${filter},format=yuv420p10le`],
		...['-c:v', 'libx265', '-preset', 'ultrafast', '-crf', '12', '-tune', 'zerolatency', '-x265-params'],
		`keyint=500:repeat-headers=1:colorprim=bt2020:transfer=${transfer}:colormatrix=bt2020nc:range=limited:log-level=none`,
		...['-f', 'rtsp', '-rtsp_transport', 'tcp', `${stack.rtsp}/${name}`],
	]);

/** Linear light of the stored keyframe in BT.2020, 1 being 203 cd/m²: planes G, B, R of floats. */
const lightOf = async (body: Uint8Array): Promise<Float32Array> => {
	const child = promisify(execFile)(
		'ffmpeg',
		[
			...['-hide_banner', '-loglevel', 'error', '-f', 'hevc', '-i', 'pipe:0', '-frames:v', '1'],
			// Without approximations of the system gamma of HLG. Chroma as we spread it: every sample colours the pixels that it covers.
			...[
				'-vf',
				'zscale=f=point:cin=center,format=yuv444p10le,zscale=t=linear:npl=203:agamma=false,format=gbrpf32le',
				'-f',
				'rawvideo',
				'pipe:1',
			],
		],
		{ encoding: 'buffer', maxBuffer: 1 << 26 },
	);
	child.child.stdin?.end(body);
	const { stdout } = await child;
	return new Float32Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.length));
};

type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

const times = (m: Matrix, [x, y, z]: Triple): Triple => [
	m[0][0] * x + m[0][1] * y + m[0][2] * z,
	m[1][0] * x + m[1][1] * y + m[1][2] * z,
	m[2][0] * x + m[2][1] * y + m[2][2] * z,
];
const inverse = ([[a, b, c], [d, e, f], [g, h, i]]: Matrix): Matrix => {
	const det = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
	return [
		[(e * i - f * h) / det, (c * h - b * i) / det, (b * f - c * e) / det],
		[(f * g - d * i) / det, (a * i - c * g) / det, (c * d - a * f) / det],
		[(d * h - e * g) / det, (b * g - a * h) / det, (a * e - b * d) / det],
	];
};
/** RGB to XYZ of primaries and the white point D65, by their chromaticities. */
const toXyz = (primaries: readonly (readonly [number, number])[]): Matrix => {
	const columns = [...primaries, [0.3127, 0.329] as const].map(([x, y]): Triple => [x / y, 1, (1 - x - y) / y]);
	const [r, g, b, white] = columns as [Triple, Triple, Triple, Triple];
	const rows: Matrix = [
		[r[0], g[0], b[0]],
		[r[1], g[1], b[1]],
		[r[2], g[2], b[2]],
	];
	const [sr, sg, sb] = times(inverse(rows), white);
	return rows.map(([x, y, z]) => [x * sr, y * sg, z * sb]) as unknown as Matrix;
};
// H.273 Table 2
const bt2020 = toXyz([
	[0.708, 0.292],
	[0.17, 0.797],
	[0.131, 0.046],
]);
const bt709 = toXyz([
	[0.64, 0.33],
	[0.3, 0.6],
	[0.15, 0.06],
]);

/** Up to half of the white light stays, what is brighter is pressed together by the same factor in R, G and B. */
const pressed = (light: Triple): Triple => {
	const most = Math.max(...light);
	if (most <= 0.5) return light;
	const excess = (most - 0.5) / 0.5;
	const gain = (0.5 + (0.5 * excess) / (1 + excess)) / most;
	return [light[0] * gain, light[1] * gain, light[2] * gain];
};
const srgb = (light: number): number => {
	const clipped = Math.min(1, Math.max(0, light));
	return 255 * (clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055);
};

const expectedRgb = (light: Float32Array): number[] => {
	const pixels = light.length / 3;
	return Array.from({ length: pixels }, (_, at): Triple => {
		const rgb: Triple = [light[2 * pixels + at] ?? 0, light[at] ?? 0, light[pixels + at] ?? 0];
		return times(inverse(bt709), times(bt2020, pressed(rgb)));
	}).flatMap((rgb) => rgb.map(srgb));
};

/** Mean distance in levels, and the distance that one in a hundred samples exceeds. */
const distance = (actual: Uint8Array, expected: readonly number[]): { mean: number; percentile: number } => {
	expect(actual.length).toBe(expected.length);
	const errors = expected.map((value, at) => Math.abs(value - (actual[at] ?? 0))).sort((a, b) => a - b);
	return {
		mean: errors.reduce((sum, error) => sum + error, 0) / errors.length,
		percentile: errors[Math.floor(errors.length * 0.99)] ?? 0,
	};
};

test.each([
	['pq', 'smpte2084', 'eq=contrast=0.7'],
	['hlg', 'arib-std-b67', 'null'],
])('%s', async (flag, transfer, filter) => {
	const publisher = publish(flag, transfer, filter);
	await untilStatus(stack.rest, flag, 200, 20_000);
	const post = await fetch(`${stack.rest}/rest-api/stream/snapshot`, {
		method: 'POST',
		body: JSON.stringify({ streamName: flag }),
	});
	const snapshot = (await post.json()) as { data: string; toneMapped?: string; width: number };
	const preview = await fetch(`${stack.rest}/preview/${flag}.png?latest=true`);
	const small = await fetch(`${stack.rest}/preview/${flag}.jpg?width=160`);
	const video = await fetch(`${stack.rest}/preview/${flag}.mp4`);
	const { codec, body } = await storedKeyframe(stack, flag);
	publisher.kill('SIGTERM');
	expect([post.status, snapshot.toneMapped, snapshot.width]).toEqual([200, flag, width]);
	for (const response of [preview, small]) {
		expect([response.status, response.headers.get('x-snapshot-tone-mapped')]).toEqual([200, flag]);
		expect(response.headers.get('access-control-expose-headers')).toContain('X-Snapshot-Tone-Mapped');
	}
	// It is the keyframe itself, with all of its range.
	expect([video.status, video.headers.get('x-snapshot-tone-mapped')]).toEqual([200, null]);
	expect(codec).toBe('hevc');
	const expected = expectedRgb(await lightOf(body));
	for (const png of [Buffer.from(snapshot.data, 'base64'), new Uint8Array(await preview.arrayBuffer())]) {
		const { mean, percentile } = distance(await rgbOf(png), expected);
		expect({ mean, percentile, isNear: mean < 1 && percentile < 6 }).toMatchObject({ isNear: true });
	}
});
