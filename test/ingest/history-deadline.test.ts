/** Keyframes that are to be kept and have to wait: after a minute the past is settled, and what comes later must not change it. */
import { expect, it } from 'vitest';
import { createHistoryKeeper } from '../../ingest-node/history/keeper.ts';
import { storeCallTimeout } from '../../ingest-node/store/time-limit.ts';
import { historyRoot, settled } from '../../src/shared/history-key.ts';
import { parseStreamName } from '../../src/shared/stream-name.ts';
import { createFakeClock } from './support/fake-clock.ts';
import { fakeKeyframe, fakeSession, fakeUnit, uuid } from './support/keyframes.ts';
import { createScriptedStore } from './support/scripted-store.ts';

const policy = { interval: 10_000, retention: 3_600_000 };

/** Four writes hang, and with them two streams wait whose keyframes come ten seconds apart. */
const start = async (bytes = 1) => {
	const clock = createFakeClock();
	const store = createScriptedStore(clock.monotonic);
	const outcomes: string[] = [];
	const hanging: (() => void)[] = [];
	store.latency = () => new Promise((resolve) => hanging.push(resolve));
	const keeper = createHistoryKeeper({
		...{ policy, store, clock, random: () => 0.5 },
		onOutcome: (outcome) => outcomes.push(outcome),
	});
	const keep = (name: string, index: number): void => {
		const session = { ...fakeSession(uuid(index)), name: parseStreamName(name), history: policy };
		const keyframe = fakeKeyframe(1, clock.now());
		keeper.open(session)({ ...keyframe, unit: { ...fakeUnit(1), payloads: [new Uint8Array(bytes)] } });
	};
	for (let index = 0; index < 4; index += 1) keep(`hanging-${index}`, index);
	keep('early', 4);
	await clock.advance(10_000);
	keep('late', 5);
	const release = async (): Promise<void> => {
		store.latency = async () => {};
		for (const done of hanging.splice(0)) done();
		await clock.advance(1);
	};
	const kept = (): string[] =>
		[...store.objects.keys()].filter((key) => key.startsWith(historyRoot)).map((key) => key.split('/')[1] ?? '');
	return { clock, keep, release, kept, outcomes };
};

it('are written while that can be done in time', async () => {
	const { clock, release, kept, outcomes } = await start();
	await clock.advance(settled - storeCallTimeout - 10_000);
	await release();
	expect(kept().slice(4)).toEqual(['early', 'late']);
	expect(outcomes).not.toContain('dropped');
});

it('are dropped and counted when it cannot, each in its time', async () => {
	const { clock, release, kept, outcomes } = await start();
	await clock.advance(settled - storeCallTimeout - 10_000 + 1);
	await release();
	expect(kept().slice(4)).toEqual(['late']);
	expect(outcomes.filter((outcome) => outcome === 'dropped')).toHaveLength(1);
});

it('make room for others when they are', async () => {
	// Six of 16 MiB fill what may wait.
	const { clock, keep, release, kept, outcomes } = await start(16 * 1024 * 1024);
	for (let index = 6; index < 10; index += 1) keep(`more-${index}`, index);
	keep('too-many', 10);
	expect(outcomes).toEqual(['dropped']);
	await clock.advance(settled);
	keep('after', 11);
	expect(outcomes).toEqual(Array.from({ length: 7 }, () => 'dropped'));
	await release();
	expect(kept().slice(4)).toEqual(['after']);
});
