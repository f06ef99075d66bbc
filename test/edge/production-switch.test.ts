/** `PRODUCTION` of a Worker: a mistake in it opens nothing. */
import { expect, test } from 'vitest';
import { readConfig } from '../../src/env.ts';

test.each(['true', '1', 'yes', 'ON', ' true ', 'ture', 'production', '2', 'enabled'])('"%s" is on', (PRODUCTION) => {
	const { obstacles, rateLimit } = readConfig({ PRODUCTION });
	expect(obstacles.join()).toContain('API_TOKENS');
	expect(rateLimit).not.toBeNull();
});

test.each([undefined, '', ' ', '0', 'false', 'no', 'OFF', ' off '])('"%s" is off', (PRODUCTION) => {
	const { obstacles, rateLimit } = readConfig(PRODUCTION === undefined ? {} : { PRODUCTION });
	expect([obstacles, rateLimit]).toEqual([[], null]);
});
