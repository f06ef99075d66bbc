/** Which animations and storyboards are the same: those with the same ETag. */
import { describe, expect, test } from 'vitest';
import type { StreamName } from '../../src/shared/stream-name.ts';
import { startApp } from './support/app.ts';
import { freshName, keep } from './support/store.ts';

const base = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000;
const range = `from=${base / 1000}&to=${base / 1000 + 30}`;

const keepThree = async (): Promise<StreamName> => {
	const name = freshName();
	for (let index = 0; index < 3; index += 1)
		await keep(name, { capturedAt: base + index * 10_000, sequence: index + 1 });
	return name;
};

describe('the quality', () => {
	test.each([
		['.apng', false],
		['/storyboard.png', false],
		['/storyboard.jpg', true],
		['/storyboard.webp', true],
	])('of %s makes another one: %s', async (end, isLossy) => {
		const name = await keepThree();
		const { request, counts } = startApp();
		const etags = [];
		for (const quality of ['', '&quality=80', '&quality=10', '&quality=90'])
			etags.push((await request(`/preview/${name}${end}?${range}${quality}`)).headers.get('ETag'));
		expect(new Set(etags).size).toBe(isLossy ? 3 : 1);
		expect(counts.decodes).toBe(isLossy ? 9 : 3);
	});
});
