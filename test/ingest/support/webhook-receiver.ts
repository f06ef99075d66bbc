/** A receiver of webhooks over real HTTP, that answers as a test wants and verifies with the library of Standard Webhooks. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { WebhookEvent } from '../../../ingest-node/webhooks/event.ts';

/** `whsec_` and 32 bytes. */
export const testSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

interface Delivery {
	readonly event: WebhookEvent;
	readonly headers: IncomingHttpHeaders;
	readonly text: string;
}

export interface TestReceiver {
	readonly url: string;
	/** All that came, in order, whatever the answer was. */
	readonly deliveries: Delivery[];
	/** What becomes of a request; 204 unless it is set. */
	answer: (event: WebhookEvent, response: ServerResponse) => unknown;
	/** Requests under way now, and the most that there were. */
	readonly open: { now: number; most: number };
	close(): Promise<void>;
}

export const startReceiver = async (secret = testSecret): Promise<TestReceiver> => {
	const library = new Webhook(secret);
	const deliveries: Delivery[] = [];
	const open = { now: 0, most: 0 };
	const server = createServer(async (request, response) => {
		open.now += 1;
		open.most = Math.max(open.most, open.now);
		response.on('close', () => {
			open.now -= 1;
		});
		let text = '';
		for await (const chunk of request) text += chunk;
		// Throws unless the signature is right and not old.
		const event = library.verify(text, request.headers as Record<string, string>) as WebhookEvent;
		deliveries.push({ event, headers: request.headers, text });
		await receiver.answer(event, response);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const receiver: TestReceiver = {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?secret=hidden`,
		deliveries,
		answer: (_event, response) => response.writeHead(204).end(),
		open,
		close: () =>
			new Promise((resolve) => {
				server.closeAllConnections();
				server.close(() => resolve());
			}),
	};
	return receiver;
};
