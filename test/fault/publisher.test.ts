/** A publisher that changes what it sends, and an edge that is killed. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { descendants } from '../e2e/support/descendants.ts';
import { startTestStack, type TestStack } from '../e2e/support/stack.ts';
import { eventually } from '../ingest/support/eventually.ts';
import { clockSize } from '../support/clock-picture.ts';
import { publishClock } from '../support/clock-publisher.ts';
import { watchPictures } from '../support/picture-watch.ts';

let stack: TestStack;
beforeAll(async () => {
	stack = await startTestStack();
}, 60_000);
afterAll(() => stack?.stop());

const workerds = (): number[] =>
	descendants(process.pid).filter((pid) => {
		try {
			return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'workerd';
		} catch {
			return false;
		}
	});

const still = (codec: 'vp8' | 'hevc', file: string) =>
	({ codec, accessUnits: [new Uint8Array(readFileSync(`test/fixtures/${file}`))], frameRate: 1 }) as const;

describe('a publisher that changes', () => {
	it('its resolution and its codec in the middle of the stream is shown as it is now, and never as it was', async () => {
		const publisher = await publishClock({ url: `${stack.rtmp}/changes`, scale: 1 });
		const watch = watchPictures(stack.rest, 'changes');
		const small = clockSize(1).width;
		await watch.until('the first size', 10_000, ({ width }) => width === small);
		for (const scale of [3, 1, 2]) {
			publisher.scale = scale;
			await watch.until('another size', 10_000, ({ width }) => width === clockSize(scale).width);
		}
		for (const [codec, file] of [
			['vp8', 'vp8/plain.vp8'],
			['hevc', 'hevc/x265/crop-odd.265'],
		] as const) {
			publisher.other = still(codec, file);
			const changedAt = Date.now();
			const { askedAt } = await watch.until(codec, 10_000, ({ status, age }) => status === 200 && age === null);
			publisher.other = null;
			publisher.scale = 1;
			await watch.until('the clock again', 10_000, ({ width, age }) => width === small && age !== null && age < 2000);
			// Between the two there was one change, not many: nothing went back to what was before.
			const between = watch.looks.filter(
				(look) => look.askedAt > changedAt && look.askedAt < askedAt && look.status === 200,
			);
			expect(between.every(({ age }) => age !== null)).toBe(true);
		}
		expect(watch.looks.filter(({ status }) => status !== 200 && status !== 404)).toEqual([]);
		await watch.stop();
		expect(watch.untruths).toEqual([]);
		await publisher.stop();
	});
});

describe.skipIf(process.platform !== 'linux')('an edge that is killed', () => {
	it('is back by itself, and so are pictures', async () => {
		const publisher = await publishClock({ url: `${stack.rtmp}/edge` });
		const watch = watchPictures(stack.rest, 'edge');
		await watch.until('a picture', 10_000, ({ status }) => status === 200);
		const before = workerds();
		expect(before.length).toBeGreaterThan(0);
		for (const pid of before) process.kill(pid, 'SIGKILL');
		await eventually('another one', () => workerds().some((pid) => !before.includes(pid)), 20_000);
		await watch.until('a fresh picture', 20_000, ({ age }) => age !== null && age < 2000);
		await watch.stop();
		expect(watch.untruths).toEqual([]);
		await publisher.stop();
	});
});
