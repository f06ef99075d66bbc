/** `POST /control/keyframe`: the edge asks for a fresher keyframe and gets it in the answer. `docs/control.md` */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';
import { answerHeaders, type ControlAnswer } from '../../src/shared/control/answer.ts';
import { controlLimits, keyframePath, parseCall } from '../../src/shared/control/call.ts';
import type { ControlKey } from '../../src/shared/control/key.ts';
import { LivestillError } from '../../src/shared/errors.ts';
import { buildMetadata, objectContentType } from '../../src/shared/keyframe-object.ts';
import { parseTraceparent } from '../../src/shared/trace.ts';
import type { Clock } from '../clock.ts';
import { createGate, Refusal } from '../control/gate.ts';
import { createErrorCounter } from '../error-counter.ts';
import type { FreshKeyframe, Hub } from '../hub.ts';
import { infoOf } from '../keyframe.ts';
import { type Log, messageOf } from '../log.ts';
import { answerJson, refusal } from './json-answer.ts';
import { createSentBodies } from './sent-bodies.ts';
import { statusOf } from './whip-answer.ts';

/** Calls that are answered at a time: each may hold a socket for the whole wait. */
const defaultMaxCalls = 256;
/** Milliseconds without progress after which a reader is let go. */
const sendTimeout = 5000;
/** Milliseconds that the answer's keyframe counts as live: the shortest lease that a writer gives. */
const lease = 30_000;

export interface KeyframeCallOptions {
	readonly hub: Pick<Hub, 'freshKeyframe'>;
	/** Keys that are accepted; at least one. */
	readonly keys: readonly ControlKey[];
	readonly clock: Clock;
	readonly log: Log;
	readonly maxCalls?: number;
	/** Calls that are remembered against replay. */
	readonly capacity?: number;
	/** Hears of each call: the status of its answer, and after how many milliseconds. */
	readonly onCall?: (status: number, milliseconds: number) => void;
}

/** Answers one request whose path is {@link keyframePath}. Never rejects. */
export type KeyframeCallHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Names of the request at the edge, for the logs of both. Not signed: they decide nothing. */
const namesOf = ({ headers }: IncomingMessage): { requestId: string | undefined; traceId: string | undefined } => ({
	requestId: /^[0-9a-f-]{36}$/.exec(String(headers['x-request-id'] ?? ''))?.[0],
	traceId: parseTraceparent(headers.traceparent?.toString())?.traceId,
});

const empty = new Uint8Array(0);

const tooLarge = (): never => {
	throw new LivestillError('BODY_TOO_LARGE', `a call has ${controlLimits.callBytes} bytes at most`);
};

const readBody = async (request: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> => {
	if (Number(request.headers['content-length'] ?? 0) > controlLimits.callBytes) tooLarge();
	const chunks: Buffer[] = [];
	let length = 0;
	// Who sends too much is to hear it: the connection stays for the answer.
	for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
		length += chunk.length;
		if (length > controlLimits.callBytes) tooLarge();
		chunks.push(chunk);
	}
	return new Uint8Array(Buffer.concat(chunks));
};

const failureOf = (error: unknown): { status: number; code: string; message: string } => {
	if (error instanceof Refusal && error.status === 503)
		return { status: 503, code: 'BUSY', message: 'There are too many calls.' };
	if (error instanceof Refusal) return { status: 401, code: 'UNAUTHORIZED', message: 'The call is not authorised.' };
	if (!(error instanceof LivestillError) || error.code === 'INTERNAL')
		return { status: 500, code: 'INTERNAL', message: 'Something went wrong.' };
	return { status: statusOf(error.code), code: error.code, message: error.message };
};

export const createKeyframeCall = (options: KeyframeCallOptions): KeyframeCallHandler => {
	const { hub, keys, clock, log, capacity, maxCalls = defaultMaxCalls, onCall } = options;
	const gate = createGate({ keys, clock, ...(capacity !== undefined && { capacity }) });
	const failures = createErrorCounter(clock, (count, last) => log.warn('control calls failed', { count, last }));
	const bodies = createSentBodies();
	let calls = 0;

	/** @param respond resolves to the status when the answer is sent */
	const answerWith = async (
		found: FreshKeyframe | null,
		after: number | undefined,
		respond: (answer: ControlAnswer, contentType: string) => Promise<number>,
	): Promise<number> => {
		const none = { metadata: {}, body: empty };
		if (found === null) return respond({ ...none, status: 404 }, 'text/plain');
		const { session, keyframe } = found;
		if (keyframe === null || (after !== undefined && keyframe.capturedAt <= after))
			return respond({ ...none, status: 204 }, 'text/plain');
		const info = infoOf(session, keyframe, clock.now() + lease);
		return bodies.share(session, keyframe, (body) =>
			respond({ status: 200, metadata: buildMetadata(info), body }, objectContentType(info.codec)),
		);
	};

	const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
		const began = clock.monotonic();
		const candidate = gate.look(request.headers.authorization);
		const body = await readBody(request);
		await gate.admit(candidate, { method: 'POST', path: keyframePath, body });
		const { streamName, session, after } = parseCall(body);
		if (calls >= maxCalls) throw new Refusal(503, 'there are too many calls at a time');
		calls += 1;
		try {
			const found = await hub.freshKeyframe(streamName, { session, after, timeout: controlLimits.wait });
			const respond = async (answer: ControlAnswer, contentType: string): Promise<number> => {
				const headers = await answerHeaders(candidate.key, candidate.authorization.nonce, answer);
				response.setTimeout(sendTimeout, () => response.destroy());
				const length = answer.status === 204 ? {} : { 'content-length': answer.body.length };
				const common = { 'content-type': contentType, 'cache-control': 'no-store' };
				response.writeHead(answer.status, { ...headers, ...length, ...common });
				response.end(answer.body);
				await finished(response);
				return answer.status;
			};
			const status = await answerWith(found, after, respond);
			const milliseconds = Math.round(clock.monotonic() - began);
			onCall?.(status, milliseconds);
			log.debug('keyframe call', {
				stream: streamName,
				session,
				status,
				milliseconds,
				...namesOf(request),
			});
		} finally {
			calls -= 1;
		}
	};

	return async (request, response) => {
		try {
			await serve(request, response);
		} catch (error) {
			const { requestId } = namesOf(request);
			failures.count(`${messageOf(error)}${requestId === undefined ? '' : ` (request ${requestId})`}`);
			if (response.headersSent || response.destroyed) {
				response.destroy();
				return;
			}
			const { status, code, message } = failureOf(error);
			onCall?.(status, 0);
			// What is left of the body is not worth reading.
			response.setHeader('connection', 'close');
			request.resume();
			answerJson(response, status, refusal(code, message));
		}
	};
};
