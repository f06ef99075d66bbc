import { describe, expect, it } from 'vitest';
import { silentLog } from '../../ingest-node/log.ts';
import { createShutdown } from '../../ingest-node/shutdown.ts';
import { createFakeClock } from './support/fake-clock.ts';

const setUp = (drainTime: number) => {
	const clock = createFakeClock();
	const did: string[] = [];
	const node = { isIdle: false, written: Promise.withResolvers<void>() };
	const shutdown = createShutdown({
		clock,
		drainTime,
		log: silentLog,
		exit: (code) => did.push(`exit ${code}`),
		node: {
			drain: () => did.push('drain'),
			isIdle: () => node.isIdle,
			stop: (timeout) => {
				did.push(`stop ${timeout}`);
				return node.written.promise;
			},
		},
	});
	return { clock, did, node, shutdown };
};

describe('the end of a node', () => {
	it('comes at once without grace, and with 0', async () => {
		const { did, node, shutdown } = setUp(0);
		shutdown.signal('SIGTERM');
		expect(did).toEqual(['drain', 'stop 3000']);
		node.written.resolve();
		await node.written.promise;
		await Promise.resolve();
		await Promise.resolve();
		expect(did).toEqual(['drain', 'stop 3000', 'exit 0']);
	});

	it('waits for the grace time while there are streams', async () => {
		const { clock, did, shutdown } = setUp(5000);
		shutdown.signal('SIGTERM');
		await clock.advance(4900);
		expect(did).toEqual(['drain']);
		await clock.advance(200);
		expect(did).toEqual(['drain', 'stop 3000']);
	});

	it('comes with the end of the last stream', async () => {
		const { clock, did, node, shutdown } = setUp(60_000);
		shutdown.signal('SIGTERM');
		await clock.advance(1000);
		node.isIdle = true;
		await clock.advance(200);
		expect(did).toEqual(['drain', 'stop 3000']);
	});

	it('goes a step on with each further signal', async () => {
		const { did, shutdown } = setUp(60_000);
		shutdown.signal('SIGTERM');
		shutdown.signal('SIGTERM');
		expect(did).toEqual(['drain', 'stop 3000']);
		shutdown.signal('SIGTERM');
		expect(did).toEqual(['drain', 'stop 3000', 'exit 1']);
	});

	it('comes without grace when the parent is gone', () => {
		const { did, shutdown } = setUp(60_000);
		shutdown.end('the parent process is gone', 200);
		expect(did).toEqual(['stop 200']);
	});
});
