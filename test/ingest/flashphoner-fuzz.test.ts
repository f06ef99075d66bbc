/** Whatever a client says, the signalling neither throws nor loses what other clients have. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSignallingBench } from './support/signalling-bench.ts';

const names = [
	'connection',
	'publishStream',
	'playStream',
	'unPublishStream',
	'stopStream',
	'snapshot',
	'ping',
	'pong',
];
const others = ['availableStream', 'sendStreamEvent', 'sendData', 'pushLogs', '__proto__', ''];

const id = fc.constantFrom('1', '2', '', 'x'.repeat(101));
const likely = fc.record(
	{
		mediaSessionId: id,
		name: fc.constantFrom('abc', 'other', '', 'a/../b', 'rtsp://camera/1'),
		mediaProvider: fc.constantFrom('WebRTC', 'MSE'),
		sdp: fc.string(),
		type: fc.constantFrom('data', 'audioMuted', 'x'.repeat(51)),
		payload: fc.jsonValue(),
		operationId: fc.jsonValue(),
		custom: fc.jsonValue(),
	},
	{ requiredKeys: [] },
);
const argument = fc.oneof({ weight: 4, arbitrary: likely }, { weight: 1, arbitrary: fc.jsonValue() });
const text = fc.oneof(
	{
		weight: 6,
		arbitrary: fc
			.record({ message: fc.constantFrom(...names, ...others), data: fc.tuple(argument) })
			.map((envelope) => JSON.stringify(envelope)),
	},
	{ weight: 1, arbitrary: fc.json() },
	{ weight: 1, arbitrary: fc.string() },
);

it('holds against 300 conversations', { timeout: 60_000 }, () =>
	fc.assert(
		fc.asyncProperty(fc.array(text, { maxLength: 60 }), async (said) => {
			const bench = createSignallingBench();
			const bystander = bench.connect();
			await bystander.publish('1', 'bystander');
			bystander.heard();
			const client = bench.connect({ hello: false });
			for (const line of said) {
				client.connection.receive(line);
				await bench.clock.advance(100);
				client.connection.checkTime();
			}
			for (const { message, all } of client.heard()) {
				expect(Array.isArray(all)).toBe(true);
				const [event] = all as { status?: string; info?: string }[];
				if (message === 'notifyStreamStatusEvent') expect(event?.status).toBeTypeOf('string');
				if (event?.status === 'FAILED') expect(event.info).toBeTruthy();
			}
			client.connection.end('gone');
			await bench.clock.advance(20_000);
			expect(bench.engine.isPublished('bystander')).toBe(true);
			expect(bench.engine.isPublished('abc')).toBe(false);
			expect(bench.faults).toEqual([]);
			expect(bystander.statuses()).toEqual([]);
		}),
		{ numRuns: 300 },
	),
);
