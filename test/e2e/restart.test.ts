/** An ingest node that comes back after a crash: where clients look for it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestPeer, endWebRtc } from '../ingest/support/webrtc-peer.ts';
import { until } from './support/rest.ts';
import { startTestStack, type TestStack } from './support/stack.ts';

let stack: TestStack;
beforeAll(async () => {
	stack = await startTestStack();
});
afterAll(async () => {
	await stack?.stop();
	endWebRtc();
});

/** UDP port of the media, from the answer to an offer. */
const mediaPort = async (name: string): Promise<string | undefined> => {
	const peer = await createTestPeer({ direction: 'sendonly' });
	const response = await fetch(`${stack.urls.ws?.replace('ws', 'http')}/whip/${name}`, {
		method: 'POST',
		headers: { 'content-type': 'application/sdp' },
		body: peer.offer,
	});
	return / udp \d+ \S+ (\d+) typ host/.exec(await response.text())?.[1];
};

test('keeps its UDP port over a restart, where the system has chosen it', async () => {
	const before = await mediaPort('before');
	expect(before).toBe(new URL(stack.urls.webrtc ?? '').port);
	const pid = stack.ingestPid() ?? 0;
	process.kill(pid, 'SIGKILL');
	let after: string | undefined;
	await until('an answer', 15_000, async () => {
		if (stack.ingestPid() === pid) return false;
		after = await mediaPort('after').catch(() => undefined);
		return after !== undefined;
	});
	expect(after).toBe(before);
});
