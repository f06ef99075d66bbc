/** A hub behind a control server on a free loopback port, and an edge that calls it. */
import { randomBytes } from 'node:crypto';
import { systemClock } from '../../../ingest-node/clock.ts';
import { createHub, type Hub, type Publication } from '../../../ingest-node/hub.ts';
import { createLog } from '../../../ingest-node/log.ts';
import { createControlServer } from '../../../ingest-node/servers/control.ts';
import { createKeyframeCall, type KeyframeCallOptions } from '../../../ingest-node/servers/keyframe-call.ts';
import { createMemoryStore } from '../../../ingest-node/store/memory.ts';
import { isAnswerOf, metadataIn, signatureHeader } from '../../../src/shared/control/answer.ts';
import { keyframePath, writeCall } from '../../../src/shared/control/call.ts';
import { type ControlKey, importKey } from '../../../src/shared/control/key.ts';
import { authorize } from '../../../src/shared/control/request.ts';
import { type KeyframeInfo, parseMetadata } from '../../../src/shared/keyframe-object.ts';
import { parseStreamName } from '../../../src/shared/stream-name.ts';

export const secret = 'secret-of-the-control-tests-0123456789';

const key = await importKey(crypto.subtle, secret);

export interface ControlNode {
	readonly hub: Hub;
	readonly url: string;
	/** Log lines so far. */
	readonly log: readonly string[];
	publish(name: string, requestKeyframe?: () => void): Promise<Publication>;
	stop(): Promise<void>;
}

export const startControlNode = async (
	options: Partial<Pick<KeyframeCallOptions, 'maxCalls' | 'capacity'>> & { readonly secrets?: readonly string[] } = {},
): Promise<ControlNode> => {
	const { secrets = [secret], ...rest } = options;
	const log: string[] = [];
	const parts = { clock: systemClock, log: createLog((line) => log.push(line), 'debug') };
	const hub = createHub({ store: createMemoryStore(), node: 'http://127.0.0.1:1', pushInterval: 1100, ...parts });
	const keys = await Promise.all(secrets.map((text) => importKey(crypto.subtle, text)));
	const call = keys.length === 0 ? undefined : createKeyframeCall({ hub, keys, ...parts, ...rest });
	const server = createControlServer({ health: () => ({ node: '', streams: [] }), keyframeCall: () => call });
	const port = await server.listen(0);
	return {
		hub,
		url: `http://127.0.0.1:${port}`,
		log,
		publish: (name, requestKeyframe) =>
			hub.publish({
				name: parseStreamName(name),
				protocol: 'webrtc',
				remote: '192.0.2.1:5000',
				query: '',
				stop: () => {},
				counters: () => ({}),
				...(requestKeyframe && { requestKeyframe }),
			}),
		stop: async () => {
			await hub.close();
			server.close();
		},
	};
};

export interface Call {
	readonly url: string;
	readonly streamName: string;
	readonly session: string;
	readonly after?: number;
	readonly key?: ControlKey;
	readonly time?: number;
	readonly nonce?: string;
	/** Sent instead of what was signed. */
	readonly body?: NonNullable<RequestInit['body']>;
	readonly headers?: Readonly<Record<string, string>>;
}

export interface Answered {
	readonly status: number;
	/** Whether the node has signed the answer to this very call. */
	readonly isGenuine: boolean;
	readonly info: KeyframeInfo | null;
	readonly body: Uint8Array<ArrayBuffer>;
}

/** A call as the edge makes it, unless it is told to be wrong. */
export const call = async ({ url, streamName, session, after, ...wrong }: Call): Promise<Answered> => {
	const { key: signer = key, time = Date.now(), nonce = randomBytes(16).toString('hex'), headers } = wrong;
	const name = parseStreamName(streamName);
	const body = writeCall({ streamName: name, session, ...(after !== undefined && { after }) });
	const request = { method: 'POST', path: keyframePath, body };
	const response = await fetch(url + keyframePath, {
		method: 'POST',
		body: wrong.body ?? body,
		duplex: 'half',
		headers: { authorization: await authorize(signer, request, { time, nonce }), ...headers },
	});
	const { status } = response;
	const metadata = metadataIn(response.headers) ?? {};
	const received = new Uint8Array(await response.arrayBuffer());
	const signature = response.headers.get(signatureHeader) ?? '';
	return {
		status,
		isGenuine: await isAnswerOf(signer, nonce, { status, metadata, body: received }, signature),
		info: Object.keys(metadata).length === 0 ? null : parseMetadata(metadata),
		body: received,
	};
};
