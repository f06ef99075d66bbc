/** Which keyframe a preview shows, with real pictures through the real Worker. */
import { afterAll, test as base, beforeAll, expect } from 'vitest';
import { startTestEdge, type TestEdge } from './support/edge.ts';
import { encodeKeyframe, rgbOf } from './support/ffmpeg.ts';
import { psnr } from './support/float-conversion.ts';
import { isMissing } from './support/peers.ts';

const test = base.skipIf(isMissing('ffmpeg'));

let edge: TestEdge;
beforeAll(async () => {
	edge = await startTestEdge();
});
afterAll(() => edge?.stop());

const picture = (filter: string): Promise<Buffer> =>
	encodeKeyframe('320x180', ['-c:v', 'libx264', '-crf', '24'], 'h264', filter);
const covered = (colour: string): string => `drawbox=0:0:320:180:${colour}:fill`;

const look = async (path: string) => {
	const response = await fetch(`${edge.url}/preview/${path}`);
	const { headers } = response;
	return {
		sequence: Number(/-(\d+)$/.exec(headers.get('x-snapshot-keyframe') ?? '')?.[1]),
		chosen: headers.get('x-snapshot-chosen'),
		timestamp: Number(headers.get('x-snapshot-timestamp')),
		decodes: (headers.get('server-timing')?.match(/decode/g) ?? []).length,
		bytes: new Uint8Array(await response.arrayBuffer()),
	};
};

test('a programme that fades out and in again', async () => {
	const scene = await picture('gblur=sigma=4');
	const night = await picture(`${covered('0x080808')},drawbox=150:60:12:12:0xfff0c0:fill,gblur=3,noise=alls=8:allf=t`);
	const steps = [
		{ body: scene, shown: 1, chosen: 'newest' },
		{
			body: await picture('colorlevels=romax=0.08:gomax=0.08:bomax=0.08'),
			shown: 1,
			chosen: 'earlier;newest-is=black',
		},
		{ body: await picture(covered('black')), shown: 1, chosen: 'earlier;newest-is=black' },
		{ body: night, shown: 4, chosen: 'newest' },
		{ body: await picture(covered('white')), shown: 4, chosen: 'earlier;newest-is=white' },
		{ body: await picture(covered('blue')), shown: 4, chosen: 'earlier;newest-is=flat' },
		{ body: scene, shown: 7, chosen: 'newest' },
	];
	const began = Date.now();
	let info = await edge.publish('programme', steps[0]?.body ?? scene, { capturedAt: began });
	let first: Uint8Array | undefined;
	for (const [index, { body, shown, chosen }] of steps.entries()) {
		if (index > 0)
			info = await edge.publish('programme', body, { ...info, sequence: index + 1, capturedAt: began + index });
		// Longer than an isolate trusts what the store has said.
		await new Promise((resolve) => setTimeout(resolve, 510));
		const seen = await look('programme.png');
		expect(seen).toMatchObject({ sequence: shown, chosen, timestamp: began + shown - 1 });
		expect(await look('programme.png')).toMatchObject({ sequence: shown, chosen, decodes: 0 });
		const small = await look('programme.jpg?width=160');
		expect(small).toMatchObject({ sequence: shown, chosen, decodes: 0 });
		expect((await look('programme.png?latest=true')).sequence).toBe(index + 1);
		if (shown === 1) {
			first ??= seen.bytes;
			expect(Buffer.compare(seen.bytes, first)).toBe(0);
		}
		const reference = await rgbOf(shown === 4 ? night : scene, 'scale=in_color_matrix=bt601', ['-f', 'h264']);
		expect(psnr(await rgbOf(seen.bytes), reference)).toBeGreaterThan(30);
	}
});

test('a camera in the dark is shown as it sees', async () => {
	const dark = await picture(`${covered('0x060608')},noise=alls=12:allf=t`);
	const info = await edge.publish('dark', dark);
	expect(await look('dark.png')).toMatchObject({ sequence: 1, chosen: 'newest;newest-is=black' });
	await edge.publish('dark', dark, { ...info, sequence: 2 });
	await new Promise((resolve) => setTimeout(resolve, 510));
	expect(await look('dark.png')).toMatchObject({ sequence: 2, chosen: 'newest;newest-is=black' });
});
