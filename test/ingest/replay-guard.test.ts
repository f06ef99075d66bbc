import { expect, it } from 'vitest';
import { createReplayGuard } from '../../ingest-node/control/replay-guard.ts';
import { controlLimits } from '../../src/shared/control/call.ts';
import { createFakeClock } from './support/fake-clock.ts';

it('knows a nonce for as long as its call could be made again', async () => {
	const clock = createFakeClock();
	const guard = createReplayGuard(clock);
	expect(guard.admit('a')).toBe('new');
	// A call from a clock that is early by the whole skew may come back until it is late by the whole skew.
	await clock.advance(2 * controlLimits.clockSkew);
	expect(guard.admit('a')).toBe('seen');
	expect(guard.admit('b')).toBe('new');
	await clock.advance(2000);
	expect([guard.admit('a'), guard.admit('b')]).toEqual(['new', 'seen']);
});

it('admits nothing when it is full, and goes on when the oldest are forgotten', async () => {
	const clock = createFakeClock();
	const guard = createReplayGuard(clock, 3);
	for (const nonce of ['a', 'b', 'c']) {
		expect(guard.admit(nonce)).toBe('new');
		await clock.advance(1000);
	}
	expect([guard.admit('d'), guard.admit('a')]).toEqual(['full', 'seen']);
	await clock.advance(2 * controlLimits.clockSkew - 2000);
	expect([guard.admit('d'), guard.admit('b'), guard.admit('e')]).toEqual(['new', 'seen', 'full']);
});

it('is not confused by a wall clock that jumps', async () => {
	const clock = createFakeClock();
	const guard = createReplayGuard(clock);
	guard.admit('a');
	clock.shiftWallClock(3_600_000);
	expect(guard.admit('a')).toBe('seen');
});
