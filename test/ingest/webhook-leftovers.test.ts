/** What becomes of events that wait: those that are superseded, and those that are given up all at once. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createLog } from '../../ingest-node/log.ts';
import { createDeadLetters, type DeadLetter } from '../../ingest-node/webhooks/dead-letters.ts';
import type { WebhookEvent } from '../../ingest-node/webhooks/event.ts';
import { createReceiver } from '../../ingest-node/webhooks/receiver.ts';
import { createFakeClock } from './support/fake-clock.ts';

const snapshot = (id: string): WebhookEvent =>
	({ id, event: 'snapshot.created', streamName: 'a', session: 's' }) as unknown as WebhookEvent;

it('a snapshot that takes the place of a failed one has tries of its own', async () => {
	const clock = createFakeClock();
	const tries: string[] = [];
	const letters: DeadLetter[] = [];
	const receiver = createReceiver({
		...{ url: 'http://receiver.example/', secrets: [], clock, random: () => 0.5, onOutcome: () => {} },
		client: {
			send: async ({ body }) => {
				tries.push((JSON.parse(String(body)) as WebhookEvent).id);
				return { status: 500, headers: {}, body: new Uint8Array() };
			},
			close: async () => {},
		},
		deadLetters: { add: (letter) => letters.push(letter), flushed: async () => {} },
	});
	receiver.offer(snapshot('first'));
	while (tries.length < 7) await clock.advance(1000);
	receiver.offer(snapshot('second'));
	await clock.advance(1_000_000);
	expect(tries.filter((id) => id === 'first')).toHaveLength(7);
	expect(tries.filter((id) => id === 'second')).toHaveLength(8);
	expect(letters).toMatchObject([{ attempts: 8, body: { id: 'second' } }]);
});

it('letters that are too many for the file at once are in the log, whole', async () => {
	const folder = await mkdtemp(join(tmpdir(), 'livestill-dead-'));
	const file = join(folder, 'dead.jsonl');
	const lines: string[] = [];
	const letters = createDeadLetters(
		file,
		createLog((line) => lines.push(line), 'error'),
	);
	for (let n = 0; n < 1010; n += 1)
		letters.add({ time: '', receiver: 'http://a', reason: 'stopped', attempts: 0, body: snapshot(`${n}`) });
	await letters.flushed();
	const written = (await readFile(file, 'utf8')).trim().split('\n');
	const logged = lines.map((line) => JSON.parse(line).body).map((body) => JSON.parse(body ?? '{}'));
	expect(written).toHaveLength(1000);
	expect(logged.map(({ id }) => id)).toEqual(Array.from({ length: 10 }, (_, n) => `${1000 + n}`));
	await rm(folder, { recursive: true });
});
