/** Pixels come from planes that the next decode writes over: a sequence, which waits between its pictures, has to take them at once. */
import { expect, test } from 'vitest';
import { startApp } from './support/app.ts';
import { freshName, keep } from './support/store.ts';

test('an animation takes its pixels before another request can decode', async () => {
	const hour = 3_600_000;
	const base = Math.floor(Date.now() / hour) * hour - hour;
	const name = freshName();
	for (const sequence of [1, 2]) await keep(name, { capturedAt: base + sequence * 10_000, sequence }, Uint8Array.of(1));
	let taken = 0;
	const toRgba = () => {
		let isOver = false;
		queueMicrotask(() => {
			isOver = true;
		});
		return {
			...{ width: 64, height: 48 },
			get data() {
				if (isOver) throw new Error('the planes are those of another picture by now');
				taken += 1;
				return new TextEncoder().encode('{}') as Uint8Array<ArrayBuffer>;
			},
		};
	};
	const { request } = startApp({ previewImaging: { toRgba } });
	const response = await request(`/preview/${name}.apng?from=${base / 1000}&to=${base / 1000 + 30}&interval=10`);
	expect([response.status, taken]).toEqual([200, 2]);
});
