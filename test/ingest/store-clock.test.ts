import { beforeEach, describe, expect, it } from 'vitest';
import { createStoreClock, type StoreClock } from '../../ingest-node/store-clock.ts';
import { createFakeClock, type FakeClock } from './support/fake-clock.ts';

const minutes = 60_000;

let machine: FakeClock;
let clock: StoreClock;
let corrections: number[];
beforeEach(() => {
	machine = createFakeClock();
	corrections = [];
	clock = createStoreClock(machine, (offset) => corrections.push(offset));
});

/** The store's time is `ahead` of the machine's; its answer takes `roundTrip` milliseconds. */
const ask = async (ahead: number, roundTrip = 20): Promise<void> => {
	const sentAt = clock.now();
	await machine.advance(roundTrip / 2);
	const date = Math.floor((machine.now() + ahead) / 1000) * 1000;
	await machine.advance(roundTrip / 2);
	clock.observe(date, sentAt, clock.now());
};

describe("the store's clock", () => {
	it.each([0, 900, -900, 1900, -1900])('is not used when the own one is right, %i ms apart', async (ahead) => {
		for (let second = 0; second < 30; second += 1) {
			await ask(ahead, 300);
			await machine.advance(777);
		}
		expect(corrections).toEqual([]);
		expect(clock.now()).toBe(machine.now());
	});

	it.each([10 * minutes, -10 * minutes, 3 * 3_600_000, 5000])(
		'is used when the own one is %i ms off',
		async (ahead) => {
			for (let second = 0; second < 60; second += 1) {
				await ask(ahead);
				await machine.advance(333);
			}
			expect(Math.abs(clock.now() - machine.now() - ahead)).toBeLessThan(1600);
			// Corrected once: the time does not wander with the fractions of seconds that the store does not tell.
			expect(corrections.length).toBeLessThanOrEqual(2);
		},
	);

	it('is left when the own one has been put right', async () => {
		await ask(-10 * minutes);
		expect(clock.offset).not.toBe(0);
		machine.shiftWallClock(-10 * minutes);
		await ask(0);
		expect(clock.offset).toBe(0);
	});

	it('says nothing when its answer was slow', async () => {
		await ask(4000, 8000);
		expect(corrections).toEqual([]);
	});

	it('says nothing when the own one was set meanwhile', async () => {
		const sentAt = clock.now();
		machine.shiftWallClock(-3_600_000);
		clock.observe(sentAt, sentAt, clock.now());
		expect(corrections).toEqual([]);
	});
});
