/**
 * Somebody who takes snapshots of a clock (`clock-publisher.ts`) all the time, and notes everything that was not true. A
 * picture with 200 is true when it shows the time that its answer tells, is not older than a lease, and no picture
 * before it was newer by more than a push: when the edge gets no fresher keyframe of the node in time, it has the stored one.
 */
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { lagOf, type RgbPicture, readClock } from '../e2e/support/clock.ts';
import { takeSnapshot } from '../e2e/support/rest.ts';
import { clockSize } from './clock-picture.ts';

export interface Look {
	/** Epoch milliseconds, before the request. */
	readonly askedAt: number;
	readonly status: number;
	/** Error code, or `null` when there is a picture. */
	readonly code: string | null;
	/** Milliseconds from the painting of the picture to the request; `null` without one. */
	readonly age: number | null;
	readonly width: number;
}

export interface PictureWatch {
	readonly looks: readonly Look[];
	/** What was not true, in words. */
	readonly untruths: readonly string[];
	/** The newest look that is as wanted and that was begun after the call. @throws Error after `limit` milliseconds */
	until(what: string, limit: number, holds: (look: Look) => boolean): Promise<Look>;
	stop(): Promise<void>;
}

export interface WatchOptions {
	/** Milliseconds between two looks. */
	readonly interval?: number;
	/** Milliseconds that a picture with 200 may be old: a lease, and what a busy machine takes. */
	readonly oldest?: number;
	/** Scales that pictures of the clock may have; others are pictures of something else, which show no time. */
	readonly scales?: readonly number[];
}

/** Milliseconds: the push interval, and that of the keyframes. */
const storedBehind = 3000;
/** Milliseconds between painting and arrival at the node. */
const transit = 3000;
const day = 24 * 3600 * 1000;

interface Upng {
	decode(file: ArrayBuffer): { readonly width: number; readonly height: number };
	toRGBA8(image: object): ArrayBuffer[];
}
const upng = createRequire(import.meta.url)('upng-js') as Upng;

const pixelsOf = (png: Buffer): RgbPicture => {
	const image = upng.decode(Uint8Array.from(png).buffer);
	const rgba = new Uint8Array(upng.toRGBA8(image)[0] ?? new ArrayBuffer(0));
	const rgb = new Uint8Array((rgba.length / 4) * 3);
	for (let pixel = 0; pixel < rgba.length / 4; pixel += 1) rgb.set(rgba.subarray(4 * pixel, 4 * pixel + 3), 3 * pixel);
	return { rgb, width: image.width, height: image.height };
};

export const watchPictures = (rest: string, name: string, options: WatchOptions = {}): PictureWatch => {
	const { interval = 150, oldest = 35_000, scales = [1, 2, 3, 4] } = options;
	const widths = new Set(scales.map((scale) => clockSize(scale).width));
	const looks: Look[] = [];
	const untruths: string[] = [];
	let newest = 0;
	let isStopped = false;

	const look = async (): Promise<void> => {
		const askedAt = Date.now();
		const { status, code, png, timestamp, width } = await takeSnapshot(rest, name);
		let age: number | null = null;
		if (png !== null && widths.has(width)) {
			const time = readClock(pixelsOf(png));
			const at = `${name} at ${new Date(askedAt).toISOString()}`;
			if (time === null) untruths.push(`${at}: no clock in the picture`);
			else {
				const shown = askedAt + lagOf(time, askedAt);
				age = askedAt - shown;
				if (Math.abs(timestamp - shown) > transit && Math.abs(timestamp - shown) < day)
					untruths.push(`${at}: shows ${shown - timestamp} ms other than it says`);
				if (Math.abs(timestamp - shown) >= day) untruths.push(`${at}: says a time of another day`);
				if (age > oldest) untruths.push(`${at}: is ${age} ms old`);
				if (shown < newest - storedBehind) untruths.push(`${at}: ${newest - shown} ms older than one before`);
				newest = Math.max(newest, shown);
			}
		}
		looks.push({ askedAt, status, code, age, width });
	};
	const run = async (): Promise<void> => {
		while (!isStopped) {
			try {
				await look();
			} catch (error) {
				looks.push({ askedAt: Date.now(), status: 0, code: String(error), age: null, width: 0 });
			}
			await sleep(interval);
		}
	};
	const finished = run();

	return {
		looks,
		untruths,
		until: async (what, limit, holds) => {
			const from = Date.now();
			for (;;) {
				const found = looks.findLast((each) => each.askedAt >= from && holds(each));
				if (found !== undefined) return found;
				if (Date.now() - from > limit)
					throw new Error(`${what}: not within ${limit} ms; last: ${JSON.stringify(looks.at(-1))}`);
				await sleep(50);
			}
		},
		stop: async () => {
			isStopped = true;
			await finished;
		},
	};
};
