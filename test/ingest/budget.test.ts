import { expect, it } from 'vitest';
import { createBudget } from '../../ingest-node/budget.ts';

it('lets a burst through, and afterwards as many as come back', () => {
	const within = createBudget({ burst: 3, perSecond: 2, startedAt: 1000 });
	const allowed = (now: number, tries: number): number =>
		Array.from({ length: tries }, () => within(now)).filter((yes) => yes).length;
	expect(allowed(1000, 10)).toBe(3);
	expect(allowed(1400, 10)).toBe(0);
	expect(allowed(1500, 10)).toBe(1);
	expect(allowed(100_000, 10)).toBe(3);
});
