/** Webhooks from the hub to a real receiver: what is sent, in which order, and what becomes of what is not taken. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../ingest-node/clock.ts';
import { createHub, type Publication } from '../../ingest-node/hub.ts';
import { createLog, silentLog } from '../../ingest-node/log.ts';
import { createMetrics } from '../../ingest-node/metrics.ts';
import { parsePullRule } from '../../ingest-node/sources/pull-rule.ts';
import { createMemoryStore } from '../../ingest-node/store/memory.ts';
import { createDeadLetters, type DeadLetter } from '../../ingest-node/webhooks/dead-letters.ts';
import type { WebhookEvent } from '../../ingest-node/webhooks/event.ts';
import type { WebhookConfig } from '../../ingest-node/webhooks/webhook-config.ts';
import { createWebhooks, type WebhooksOptions } from '../../ingest-node/webhooks/webhooks.ts';
import { liveKey, parseStreamName } from '../../src/shared/stream-name.ts';
import { eventually } from './support/eventually.ts';
import { fakeUnit } from './support/keyframes.ts';
import { startReceiver, type TestReceiver, testSecret } from './support/webhook-receiver.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
	for (const end of ends.splice(0).reverse()) await end();
});

const receiving = async (secret?: string): Promise<TestReceiver> => {
	const receiver = await startReceiver(secret);
	ends.push(receiver.close);
	return receiver;
};

/** Pauses of seconds take no time; the order of things stays. */
const hasty: Clock = {
	now: systemClock.now,
	monotonic: () => systemClock.monotonic() * 100,
	after: (milliseconds, action) => systemClock.after(milliseconds / 100, action),
};

const start = (
	urls: readonly string[],
	changes: Partial<WebhookConfig> = {},
	options: Partial<WebhooksOptions> = {},
) => {
	const config: WebhookConfig = {
		...{ urls, secrets: [testSecret], events: ['stream.published', 'snapshot.created', 'stream.ended'] },
		...{ snapshotInterval: 60_000, allowed: parsePullRule('127.0.0.0/8'), deadLetters: undefined },
		previews: 'http://edge.example',
		...changes,
	};
	const outcomes: Record<string, number> = {};
	const lines: string[] = [];
	const webhooks = createWebhooks({
		...{ config, clock: hasty, random: () => 0.5, log: createLog((line) => lines.push(line)) },
		onOutcome: ({ event }, outcome) => {
			const key = `${event} ${outcome}`;
			outcomes[key] = (outcomes[key] ?? 0) + 1;
		},
		...options,
	});
	const store = createMemoryStore();
	const hub = createHub({
		...{ store, clock: systemClock, log: silentLog, node: '', pushInterval: 1100 },
		...{ onStored: webhooks.stored, onGone: webhooks.gone },
	});
	ends.push(
		() => webhooks.close(100),
		() => hub.close(),
	);
	const publish = (name: string): Promise<Publication> =>
		hub.publish({
			...{ name: parseStreamName(name), protocol: 'rtmp', remote: '', query: '' },
			...{ counters: () => ({}), stop: () => {} },
		});
	const buried = (): DeadLetter[] =>
		lines
			.map((line) => JSON.parse(line))
			.filter(({ event }) => event === 'webhook not delivered')
			.map((letter) => ({ ...letter, body: JSON.parse(letter.body) }));
	return { webhooks, hub, store, publish, outcomes, lines, buried };
};

const named = (event: string) => (delivery: { readonly event: WebhookEvent }) => delivery.event.event === event;

describe('a stream', () => {
	it('is told of when its first keyframe is stored, and when viewers find it no longer', async () => {
		const receiver = await receiving();
		const { publish, store, outcomes } = start([receiver.url]);
		const isLive = () => store.objects.get(liveKey(parseStreamName('app/a b')))?.metadata['lease-until'] !== '0';
		const seen: unknown[] = [];
		receiver.answer = ({ event }, response) => {
			const { codec } = store.objects.get(liveKey(parseStreamName('app/a b')))?.metadata ?? {};
			seen.push([event, codec, isLive()]);
			response.writeHead(200).end('thanks');
		};
		const began = Date.now();
		const publication = await publish('app/a b');
		publication.deliver(fakeUnit(1));
		await eventually('two events', () => receiver.deliveries.length === 2);
		await publication.end('the publisher left');
		await eventually('three events', () => receiver.deliveries.length === 3);
		expect(seen).toEqual([
			['stream.published', 'h264', true],
			['snapshot.created', 'h264', true],
			['stream.ended', 'none', false],
		]);
		const [published, created, ended] = receiver.deliveries.map(({ event }) => event);
		const { session, publishedAt } = published as WebhookEvent;
		expect(published).toEqual({
			...{ id: expect.stringMatching(/^[0-9a-f-]{36}$/), event: 'stream.published', streamName: 'app/a b' },
			...{ timestamp: expect.any(Number), width: 64, height: 48, size: expect.any(Number) },
			...{ url: 'http://edge.example/preview/app/a%20b.jpg', keyframe: `${session}-1` },
			...{ session, protocol: 'rtmp', publishedAt },
		});
		expect(published?.timestamp).toBeGreaterThanOrEqual(began);
		expect(created).toEqual({ ...published, id: created?.id, event: 'snapshot.created' });
		expect(ended).toMatchObject({
			event: 'stream.ended',
			session,
			url: null,
			width: null,
			reason: 'the publisher left',
		});
		expect(new Set([published?.id, created?.id, ended?.id]).size).toBe(3);
		await eventually('the answer to the third', () => outcomes['stream.ended sent'] === 1);
		expect(outcomes).toEqual({ 'stream.published sent': 1, 'snapshot.created sent': 1, 'stream.ended sent': 1 });
	});

	it('without a keyframe is told to nobody, neither its beginning nor its end', async () => {
		const receiver = await receiving();
		const { publish, webhooks } = start([receiver.url]);
		const silent = await publish('silent');
		await silent.end('gone');
		await webhooks.close(100);
		expect(receiver.deliveries).toEqual([]);
	});

	it('has as many snapshots as the interval allows, and only the events that are wanted', async () => {
		const receiver = await receiving();
		const { webhooks, publish } = start([receiver.url], { snapshotInterval: 60_000, events: ['snapshot.created'] });
		const publication = await publish('often');
		publication.deliver(fakeUnit(1));
		await eventually('the first', () => receiver.deliveries.length === 1);
		const session = { ...publication.session };
		for (let sequence = 2; sequence < 50; sequence++)
			webhooks.stored(session, { unit: fakeUnit(sequence), capturedAt: Date.now(), sequence, interval: 1000 });
		await publication.end('done');
		await webhooks.close(100);
		expect(receiver.deliveries.map(({ event }) => event.event)).toEqual(['snapshot.created']);
	});
});

describe('a signature', () => {
	it('is good for every secret that is listed, and for nothing else', async () => {
		const other = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
		const [one, two] = [await receiving(), await receiving(other)];
		const { publish } = start([one.url, two.url], { secrets: [testSecret, other] });
		(await publish('signed')).deliver(fakeUnit(1));
		await eventually('both', () => one.deliveries.length >= 1 && two.deliveries.length >= 1);
		const [{ text, headers }] = one.deliveries as [TestReceiver['deliveries'][number]];
		const library = new Webhook(testSecret);
		const verify = (body: string, changes: Record<string, string>) => () =>
			library.verify(body, { ...(headers as Record<string, string>), ...changes });
		expect(verify(text, {})).not.toThrow();
		expect(verify(`${text} `, {})).toThrow();
		expect(verify(text, { 'webhook-id': 'another' })).toThrow();
		expect(verify(text, { 'webhook-timestamp': String(Number(headers['webhook-timestamp']) + 1) })).toThrow();
		expect(headers['content-type']).toBe('application/json');
	});
});

describe('a receiver', () => {
	it('that fails is tried again with pauses that grow, in order, by the same id', async () => {
		const receiver = await receiving();
		const pauses: number[] = [];
		// Nothing but pauses takes time.
		let time = 0;
		const after: Clock['after'] = (milliseconds, action) => {
			pauses.push(milliseconds);
			return hasty.after(milliseconds, () => {
				time += milliseconds;
				action();
			});
		};
		const { publish, outcomes } = start([receiver.url], {}, { clock: { ...hasty, monotonic: () => time, after } });
		let failures = 3;
		receiver.answer = (_event, response) => response.writeHead(failures-- > 0 ? 500 : 200).end();
		const publication = await publish('shaky');
		publication.deliver(fakeUnit(1));
		await eventually('the first', () => receiver.deliveries.length > 0);
		await publication.end('over');
		await eventually('the end', () => receiver.deliveries.some(named('stream.ended')));
		expect(receiver.deliveries.map(({ event }) => event.event)).toEqual([
			...Array(4).fill('stream.published'),
			...['snapshot.created', 'stream.ended'],
		]);
		expect(new Set(receiver.deliveries.slice(0, 4).map(({ event }) => event.id)).size).toBe(1);
		expect(pauses).toEqual([750, 1500, 3000]);
		await eventually('all', () => outcomes['stream.ended sent'] === 1);
		expect(outcomes).toEqual({ 'stream.published sent': 1, 'snapshot.created sent': 1, 'stream.ended sent': 1 });
	});

	it('that stays dead is given up after eight tries, and the letter is kept', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'livestill-dead-'));
		ends.push(() => rm(folder, { recursive: true }));
		const file = join(folder, 'dead.jsonl');
		const receiver = await receiving();
		receiver.answer = (_event, response) => response.writeHead(503, { 'retry-after': '2' }).end();
		const { publish, outcomes } = start([receiver.url], { deadLetters: file, events: ['stream.published'] });
		(await publish('lost')).deliver(fakeUnit(1));
		await eventually('giving up', () => outcomes['stream.published failed'] === 1);
		expect(receiver.deliveries.length).toBe(8);
		const text = await eventually('the file', () => readFile(file, 'utf8').catch(() => null));
		const letter = JSON.parse(text) as DeadLetter;
		expect(letter).toEqual({
			...{ time: expect.any(String), reason: 'status 503', attempts: 8 },
			...{ receiver: new URL(receiver.url).origin, body: receiver.deliveries[0]?.event },
		});
	});

	it.each([
		['says 410', (response: Parameters<TestReceiver['answer']>[1]) => response.writeHead(410).end(), 'status 410'],
		[
			'redirects',
			(response: Parameters<TestReceiver['answer']>[1]) => response.writeHead(302, { location: '/' }).end(),
			'status 302 leads elsewhere',
		],
	])('that %s is not asked again', async (_what, answer, reason) => {
		const receiver = await receiving();
		receiver.answer = (_event, response) => answer(response);
		const { publish, buried } = start([receiver.url], { events: ['stream.published'] });
		(await publish('refused')).deliver(fakeUnit(1));
		await eventually('a letter', () => buried().length > 0);
		expect([receiver.deliveries.length, buried()[0]?.reason]).toEqual([1, reason]);
		expect(JSON.stringify(buried())).not.toContain('hidden');
	});

	it('on the network of the node is not called unless it is allowed', async () => {
		const receiver = await receiving();
		const { publish, buried, lines } = start([receiver.url], { allowed: null, events: ['stream.published'] });
		(await publish('inside')).deliver(fakeUnit(1));
		await eventually('a letter', () => buried().length > 0);
		expect([receiver.deliveries.length, buried()[0]?.attempts]).toEqual([0, 1]);
		expect(buried()[0]?.reason).toContain('WEBHOOK_ALLOW');
		expect(lines.join('')).not.toContain('hidden');
	});

	it('that is slow delays neither keyframes nor other receivers', async () => {
		const [slow, quick] = [await receiving(), await receiving()];
		slow.answer = () => {};
		const { publish, store, webhooks } = start([slow.url, quick.url], {}, { timeout: 300 });
		const publication = await publish('media');
		publication.deliver(fakeUnit(1));
		await eventually('the quick one', () => quick.deliveries.length === 2);
		expect(store.objects.get(liveKey(publication.session.name))?.metadata.sequence).toBe('1');
		publication.deliver(fakeUnit(2));
		await eventually(
			'the second keyframe',
			() => store.objects.get(liveKey(publication.session.name))?.metadata.sequence === '2',
		);
		expect(webhooks.waiting()).toBeGreaterThan(0);
	});

	it('has eight requests at a time, one for each stream, and of snapshots that wait the newest', async () => {
		const receiver = await receiving();
		const held: (() => void)[] = [];
		receiver.answer = (_event, response) => held.push(() => response.writeHead(200).end());
		const { webhooks, outcomes } = start([receiver.url], { snapshotInterval: 0, events: ['snapshot.created'] });
		for (let sequence = 1; sequence <= 3; sequence++)
			for (let stream = 0; stream < 20; stream++) {
				const name = parseStreamName(`many-${stream}`);
				const session = { name, id: `session-${stream}`, protocol: 'rtsp' as const, node: '', publishedAt: 0 };
				webhooks.stored(session, { unit: fakeUnit(sequence), capturedAt: sequence, sequence, interval: 0 });
			}
		await eventually('eight requests', () => held.length === 8);
		// Twelve streams never began: of theirs one waits each, of the eight others one behind the one under way.
		expect(webhooks.waiting()).toBe(28);
		expect(outcomes).toEqual({ 'snapshot.created superseded': 32 });
		receiver.answer = (_event, response) => response.writeHead(200).end();
		for (const release of held) release();
		await eventually('the rest', () => webhooks.waiting() === 0);
		expect(receiver.open.most).toBeLessThanOrEqual(8);
		for (let stream = 0; stream < 20; stream++) {
			const own = receiver.deliveries.filter(({ event }) => event.streamName === `many-${stream}`);
			expect(own.map(({ event }) => event.timestamp)).toEqual(own.length === 1 ? [3] : [1, 3]);
		}
	});

	it('that never answers holds a thousand events and no more', async () => {
		const receiver = await receiving();
		receiver.answer = () => {};
		const { webhooks, outcomes } = start([receiver.url], { events: ['stream.published'] });
		for (let stream = 0; stream < 1200; stream++) {
			const session = { name: parseStreamName(`s${stream}`), id: `${stream}`, protocol: 'rtmp' as const, node: '' };
			const keyframe = { unit: fakeUnit(1), capturedAt: 1, sequence: 1, interval: 0 };
			webhooks.stored({ ...session, publishedAt: 0 }, keyframe);
		}
		expect([webhooks.waiting(), outcomes]).toEqual([1000, { 'stream.published dropped': 200 }]);
	});
});

describe('a node that stops', () => {
	it('sends what is left, also what waits for its next try', async () => {
		const receiver = await receiving();
		receiver.answer = (_event, response) => response.writeHead(500).end();
		// Pauses of real length: only the end of the node cuts them short.
		const { publish, webhooks, hub, outcomes } = start([receiver.url], {}, { clock: systemClock });
		(await publish('last')).deliver(fakeUnit(1));
		await eventually('a failure', () => receiver.deliveries.length === 1);
		receiver.answer = (_event, response) => response.writeHead(200).end();
		await hub.close();
		await webhooks.close(2000);
		expect(receiver.deliveries.map(({ event }) => event.event)).toEqual([
			...['stream.published', 'stream.published', 'snapshot.created', 'stream.ended'],
		]);
		expect(outcomes['stream.ended sent']).toBe(1);
	});

	it('does not wait for a receiver that hangs', async () => {
		const receiver = await receiving();
		receiver.answer = () => {};
		const { publish, webhooks, buried } = start([receiver.url], {}, { clock: systemClock });
		(await publish('hangs')).deliver(fakeUnit(1));
		await eventually('a request', () => receiver.deliveries.length === 1);
		const began = performance.now();
		await webhooks.close(200);
		expect(performance.now() - began).toBeLessThan(2000);
		expect(buried().map(({ body }) => body.event)).toEqual(['stream.published', 'snapshot.created']);
	});
});

describe('metrics', () => {
	it('count what becomes of webhooks, and what waits', async () => {
		const receiver = await receiving();
		receiver.answer = ({ event }, response) => response.writeHead(event === 'stream.published' ? 200 : 410).end();
		const metrics = createMetrics({
			...{ streams: () => [], storeIsUp: () => true, clockOffset: () => 0 },
			webhooksWaiting: () => webhooks.waiting(),
		});
		const { publish, webhooks, buried } = start([receiver.url], {}, { onOutcome: metrics.webhook });
		(await publish('counted')).deliver(fakeUnit(1));
		await eventually('a letter', () => buried().length === 1);
		const text = await metrics.text();
		for (const line of [
			'livestill_webhooks_total{event="stream.published",outcome="sent"} 1',
			'livestill_webhooks_total{event="snapshot.created",outcome="failed"} 1',
			'livestill_webhooks_waiting 0',
		])
			expect(text.split('\n')).toContain(line);
	});
});

describe('dead letters', () => {
	it('fill two files at most', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'livestill-dead-'));
		ends.push(() => rm(folder, { recursive: true }));
		const file = join(folder, 'dead.jsonl');
		const letters = createDeadLetters(file, silentLog, 2000);
		const body = { id: 'x'.repeat(36), event: 'stream.ended', streamName: 'a' } as unknown as WebhookEvent;
		for (let attempts = 0; attempts < 100; attempts++)
			letters.add({ time: '', receiver: 'http://a', reason: 'status 500', attempts, body });
		await letters.flushed();
		const [newer, older] = [await readFile(file, 'utf8'), await readFile(`${file}.1`, 'utf8')];
		expect([newer.length <= 2000, older.length <= 2000]).toEqual([true, true]);
		const kept = [...older.trim().split('\n'), ...newer.trim().split('\n')].map((line) => JSON.parse(line).attempts);
		expect(kept.at(-1)).toBe(99);
		expect(kept).toEqual(kept.map((_, index) => 100 - kept.length + index));
	});
});
