/** Kept keyframes one after the other, the next ones already on their way: the store answers while one is decoded. */
import type { StreamName } from '../shared/stream-name.ts';
import type { KeyframeHistory, StoredKeyframe } from '../store/ports.ts';
import { nothingReadable } from './past.ts';

/** Of six connections that a Worker may have open, with the one that is read. */
const ahead = 3;

/**
 * The keyframes of these times in their order, `null` for one that is gone or unreadable. Each is discarded when the next one is asked for.
 *
 * @throws LivestillError `STORE_UNAVAILABLE`
 */
export async function* readAhead(
	history: KeyframeHistory,
	name: StreamName,
	times: readonly number[],
): AsyncGenerator<StoredKeyframe | null> {
	const coming: Promise<StoredKeyframe | null>[] = [];
	let next = 0;
	const ask = (): void => {
		const time = times[next];
		if (time === undefined) return;
		next += 1;
		const asked = history.kept(name, time).catch(nothingReadable);
		// Whoever waits for it hears of it; until then it is nobody's unhandled rejection.
		asked.catch(() => {});
		coming.push(asked);
	};
	try {
		for (let count = 0; count <= ahead; count += 1) ask();
		for (let asked = coming.shift(); asked !== undefined; asked = coming.shift()) {
			const stored = await asked;
			try {
				yield stored;
			} finally {
				stored?.discard();
			}
			ask();
		}
	} finally {
		for (const asked of coming)
			asked.then(
				(stored) => stored?.discard(),
				() => {},
			);
	}
}
