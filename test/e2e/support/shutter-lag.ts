/** How long after a POST its picture was taken: the browser's clock says it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { lagOf, readClock } from './clock.ts';
import { decodePng } from './ffmpeg.ts';
import { takeSnapshot } from './rest.ts';

export interface Shot {
	/** From the POST to the time that the picture shows, milliseconds; `null` when there is no picture, or no time in it. */
	readonly lag: number | null;
	/** From the POST to its answer, milliseconds. */
	readonly took: number;
	/** What the answer says of the picture: that it was captured after the POST. */
	readonly saysFresh: boolean;
	/** Error code, or `null`. */
	readonly code: string | null;
}

/** Takes pictures of a published clock, with pauses of 0 to `pause` milliseconds in between. */
export const takeShots = async (
	rest: string,
	name: string,
	{ count, pause = 0, options = () => ({}) }: { count: number; pause?: number; options?: (index: number) => object },
): Promise<Shot[]> => {
	const taken = [];
	for (let index = 0; index < count; index += 1) {
		await sleep(Math.random() * pause);
		const asked = Date.now();
		const answer = await takeSnapshot(rest, name, options(index));
		taken.push({ asked, took: Date.now() - asked, ...answer });
	}
	// Afterwards: the decoder must not take the processor from the next POST.
	const shots: Shot[] = [];
	for (const { asked, took, png, width, height, timestamp, code } of taken) {
		const shown = png === null ? null : readClock({ rgb: await decodePng(png), width, height });
		shots.push({ lag: shown === null ? null : lagOf(shown, asked), took, saysFresh: timestamp >= asked, code });
	}
	return shots;
};
