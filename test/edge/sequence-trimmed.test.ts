/** Animations and storyboards that do not say how many pictures they want: they get as many as may be decoded. */
import { describe, expect, test } from 'vitest';
import { startApp, verdict } from './support/app.ts';
import { freshName, keep } from './support/store.ts';

const hour = 3_600_000;
const base = Math.floor(Date.now() / hour) * hour - hour;
const mebibyte = 1024 * 1024;

const keepAll = async (sizes: readonly { bytes: number; width?: number; height?: number }[]) => {
	const name = freshName();
	for (const [index, { bytes, width = 64, height = 48 }] of sizes.entries())
		await keep(
			name,
			{ width, height, capturedAt: base + index * 10_000, sequence: index + 1 },
			new Uint8Array(bytes).fill(1),
		);
	return name;
};

describe('what is too large for one answer', () => {
	const tooLarge = { status: 500, code: 'FRAME_TOO_LARGE' };

	test('is not said to be missing', async () => {
		const name = await keepAll(Array.from({ length: 3 }, () => ({ bytes: 4 * mebibyte })));
		const { request } = startApp();
		for (const range of [`to=${base / 1000 + 100}`, `from=${base / 1000}`])
			expect(await verdict(await request(`/preview/${name}.apng?${range}`))).toEqual(tooLarge);
		const one = await keepAll([{ bytes: 7 * mebibyte }]);
		for (const end of ['.jpg', '.vtt'])
			expect(await verdict(await request(`/preview/${one}/storyboard${end}?from=${base / 1000}`))).toEqual(tooLarge);
	});

	test('is trimmed again when the pictures that are left are larger than the first one was', async () => {
		const small = [{ bytes: 7 * mebibyte }];
		const large = Array.from({ length: 20 }, () => ({ bytes: 1000, width: 3840, height: 2160 }));
		const name = await keepAll([...small, ...large]);
		const { request, counts } = startApp();
		const response = await request(`/preview/${name}/storyboard.jpg?to=${base / 1000 + 210}`);
		expect(response.status).toBe(200);
		expect(counts.decodes).toBe(16);
	});
});
