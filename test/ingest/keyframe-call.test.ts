/** Calls of the edge that another process of the node answers, or does not. */
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../ingest-node/clock.ts';
import type { Session } from '../../ingest-node/keyframe.ts';
import { silentLog } from '../../ingest-node/log.ts';
import { type ControlServer, createControlServer } from '../../ingest-node/servers/control.ts';
import { createKeyframeCall } from '../../ingest-node/servers/keyframe-call.ts';
import { createSentBodies } from '../../ingest-node/servers/sent-bodies.ts';
import { importKey } from '../../src/shared/control/key.ts';
import { type ErrorCode, LivestillError } from '../../src/shared/errors.ts';
import { parseStreamName } from '../../src/shared/stream-name.ts';
import { call, secret } from './support/control-node.ts';
import { fakeUnit, uuid } from './support/keyframes.ts';

let server: ControlServer;
afterEach(() => server?.close());

describe('an error of the other process', () => {
	it.each<[ErrorCode, number]>([
		['BUSY', 503],
		['INTERNAL', 500],
		['STORE_UNAVAILABLE', 503],
		['INVALID_PARAMETER', 400],
	])('%s is %i', async (code, status) => {
		const keys = [await importKey(crypto.subtle, secret)];
		const freshKeyframe = () => Promise.reject(new LivestillError(code, 'a marker'));
		const keyframeCall = createKeyframeCall({ hub: { freshKeyframe }, keys, clock: systemClock, log: silentLog });
		server = createControlServer({ health: () => ({ node: '', streams: [] }), keyframeCall: () => keyframeCall });
		const url = `http://127.0.0.1:${await server.listen(0)}`;
		expect((await call({ url, streamName: 'abc', session: uuid(1) })).status).toBe(status);
	});
});

it('calls for one keyframe share its body, also where each has an object of its own', async () => {
	const session: Session = {
		...{ name: parseStreamName('abc'), id: uuid(1), protocol: 'rtmp', node: '', publishedAt: 1 },
		history: undefined,
	};
	const keyframe = (sequence: number) => ({ unit: fakeUnit(sequence), capturedAt: 1, sequence, interval: 0 });
	const bodies = createSentBodies();
	const sent = Promise.withResolvers<void>();
	const seen = new Set<Uint8Array>();
	const send = (sequence: number) =>
		bodies.share(structuredClone(session), structuredClone(keyframe(sequence)), async (body) => {
			seen.add(body);
			await sent.promise;
		});
	const calls = [send(1), send(1), send(1), send(2)];
	expect(seen.size).toBe(2);
	sent.resolve();
	await Promise.all(calls);
	await send(1);
	expect(seen.size).toBe(3);
});
