/** Nobody learns of names, nor keeps one from its owner, before being let in. */
import { expect, it } from 'vitest';
import { systemClock } from '../../ingest-node/clock.ts';
import { createHub, type PublishRequest } from '../../ingest-node/hub.ts';
import { silentLog } from '../../ingest-node/log.ts';
import { createMemoryStore } from '../../ingest-node/store/memory.ts';
import { LivestillError } from '../../src/shared/errors.ts';
import { parseStreamName } from '../../src/shared/stream-name.ts';

const request = (name: string, query: string): PublishRequest => ({
	...{ name: parseStreamName(name), protocol: 'rtmp', remote: '192.0.2.1:1', query },
	...{ stop: () => {}, counters: () => ({}) },
});

it('a stranger hears the same of a name that is taken, and does not hold one while a hook thinks', async () => {
	const thinking = Promise.withResolvers<void>();
	const hub = createHub({
		...{ store: createMemoryStore(), clock: systemClock, log: silentLog, node: '', pushInterval: 1100 },
		authorise: async ({ query }) => {
			if (query === 'slow') await thinking.promise;
			if (query !== 'owner') throw new LivestillError('UNAUTHORIZED', 'Restricted access');
		},
	});
	const slow = hub.publish(request('a', 'slow'));
	const owner = await hub.publish(request('a', 'owner'));
	await expect(hub.publish(request('a', 'stranger'))).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
	await expect(hub.publish(request('free', 'stranger'))).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
	await expect(hub.publish(request('a', 'owner'))).rejects.toMatchObject({ code: 'STREAM_NAME_IN_USE' });
	thinking.resolve();
	await expect(slow).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
	await owner.end('done');
	await hub.close();
});
