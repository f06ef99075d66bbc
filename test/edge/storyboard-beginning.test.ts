/** Storyboards of streams that have just begun: time begins with the stream. */
import { describe, expect, test } from 'vitest';
import { startApp } from './support/app.ts';
import { freshName, keep, publish } from './support/store.ts';

const history = { interval: 10_000, retention: 3_600_000 };
const now = Math.floor(Date.now() / 10_000) * 10_000 + 5000;
const clock = { now: () => now, sleep: async () => {} };

/** A stream that began 45 s ago, one keyframe every ten seconds, one of which is missing. */
const begun = async () => {
	const { name } = await publish({ capturedAt: now - 100, history, leaseUntil: now + 60_000 });
	for (const age of [45_000, 35_000, 15_000, 5000])
		await keep(name, { capturedAt: now - age, history, width: 64, height: 48, sequence: 100 - age / 1000 });
	return name;
};

interface Drawn {
	readonly layout: { readonly columns: number; readonly rows: number };
	readonly tiles: Readonly<Record<string, unknown>>;
}

describe('a storyboard of a stream that has just begun', () => {
	test.each(['', 'tiles=100', `to=${now / 1000}`, 'width=90'])('begins with the stream: %s', async (query) => {
		const name = await begun();
		const { request } = startApp({ clock });
		const list = await request(`/preview/${name}/storyboard.vtt?${query}`);
		expect(list.headers.get('X-Snapshot-From')).toBe(String(now - 45_000));
		expect(list.headers.get('X-Snapshot-To')).toBe(String(now + 5000));
		const text = await list.text();
		expect(text).toContain(`NOTE 00:00:00.000 is ${new Date(now - 45_000).toISOString()}`);
		expect([...text.matchAll(/^(\S+) -->/gm)].map(([, at]) => at)).toEqual([
			...['00:00:00.000', '00:00:10.000', '00:00:30.000', '00:00:40.000'],
		]);
		const sprite = /^http:\/\/livestill\.test(\S+)#/m.exec(text)?.[1] ?? '';
		for (const path of [sprite, `/preview/${name}/storyboard.jpg?${query}`]) {
			const { layout, tiles } = (await (await request(path)).json()) as Drawn;
			expect(layout).toMatchObject({ columns: 5, rows: 1 });
			// What is missing in between stays empty.
			expect(Object.keys(tiles)).toEqual(['0', '1', '3', '4']);
		}
	});

	test.each([
		['interval=10', 25],
		['interval=10&tiles=30', 30],
		[`from=${(now - 85_000) / 1000}&tiles=9`, 9],
		[`from=${(now - 85_000) / 1000}&to=${(now + 5000) / 1000}`, 9],
	])('begins where it was asked to: %s', async (query, count) => {
		const name = await begun();
		const list = await startApp({ clock }).request(`/preview/${name}/storyboard.vtt?${query}`);
		const [from, to] = ['From', 'To'].map((end) => Number(list.headers.get(`X-Snapshot-${end}`)));
		expect([to, (Number(to) - Number(from)) / 10_000]).toEqual([now + 5000, count]);
	});

	test('begins with what is left of it where that is all that may be decoded', async () => {
		const { name } = await publish({ capturedAt: now - 100, history, leaseUntil: now + 60_000 });
		for (const [age, bytes] of [
			[95_000, 6],
			[35_000, 1],
			[15_000, 1],
		] as const)
			await keep(name, { capturedAt: now - age, history, sequence: 100 - age / 1000 }, new Uint8Array(bytes * 2 ** 20));
		const list = await startApp({ clock }).request(`/preview/${name}/storyboard.vtt`);
		expect(list.headers.get('X-Snapshot-From')).toBe(String(now - 35_000));
	});
});

test('an animation says the same of its time', async () => {
	const name = await begun();
	const response = await startApp({ clock }).request(`/preview/${name}.apng`);
	expect(response.headers.get('X-Snapshot-From')).toBe(String(now - 45_000));
	expect(await response.json()).toMatchObject({ frames: { length: 4 } });
	expect((await startApp({ clock }).request(`/preview/${freshName()}.apng`)).status).toBe(404);
});
