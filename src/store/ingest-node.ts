/**
 * {@link IngestNodes} over HTTP: one signed call, whose signed answer carries the keyframe itself. `docs/control.md`
 */
import { isAnswerOf, metadataIn, signatureHeader } from '../shared/control/answer.ts';
import { controlLimits, keyframePath, writeCall } from '../shared/control/call.ts';
import { type ControlKey, importKey } from '../shared/control/key.ts';
import { authorize } from '../shared/control/request.ts';
import { isLive, type KeyframeInfo, parseMetadata } from '../shared/keyframe-object.ts';
import { limits } from '../shared/limits.ts';
import type { StreamName } from '../shared/stream-name.ts';
import { type Trace, writeTraceparent } from '../shared/trace.ts';
import { readBounded } from './bounded-body.ts';
import type { NodeFailures } from './node-failures.ts';
import { callUrl, type HostRule } from './node-url.ts';
import { asStored, type IngestNodes, type StoredKeyframe } from './ports.ts';

export interface IngestNodesOptions {
	/** As `isSecret` accepts it. */
	readonly secret: string;
	readonly mayCall: HostRule;
	readonly failures: NodeFailures;
	/** Epoch milliseconds. */
	readonly now: () => number;
	/** Milliseconds that a call may take; those of the protocol by default. */
	readonly budget?: number;
	/** Told of each call that got no answer, with the reason and the request that it was made for, for the log. */
	readonly onFailure: (node: string, reason: string, requestId: string | undefined) => void;
}

interface CallNames {
	readonly requestId: string;
	readonly trace: Trace;
}

export interface TracedIngestNodes extends IngestNodes {
	/** The same nodes, who are told for which request they are called, and in which trace. */
	forRequest(names: CallNames): IngestNodes;
}

const fail = (reason: string): never => {
	throw new Error(reason);
};

export const createIngestNodes = (options: IngestNodesOptions): TracedIngestNodes => {
	const { secret, mayCall, failures, now, budget = controlLimits.budget, onFailure } = options;
	let key: ControlKey | undefined;

	const call = async (
		url: string,
		name: StreamName,
		{ session }: KeyframeInfo,
		after: number | undefined,
		names: CallNames | undefined,
	): Promise<StoredKeyframe | 'ended' | null> => {
		const signal = AbortSignal.timeout(budget);
		key ??= await importKey(crypto.subtle, secret);
		const nonce = crypto.randomUUID().replaceAll('-', '');
		const body = writeCall({ streamName: name, session, ...(after !== undefined && { after }) });
		const request = { method: 'POST', path: keyframePath, body };
		const response = await fetch(url, {
			method: 'POST',
			body,
			signal,
			// A node does not move in the middle of a call; who redirects is not one.
			redirect: 'manual',
			headers: {
				Authorization: await authorize(key, request, { time: now(), nonce }),
				'Content-Type': 'application/json',
				...(names !== undefined && {
					'X-Request-Id': names.requestId,
					Traceparent: writeTraceparent(names.trace, crypto.randomUUID()),
				}),
			},
		});
		const { status, headers } = response;
		if (status !== 200 && status !== 204 && status !== 404) {
			response.body?.cancel().catch(() => {});
			return fail(`status ${status}`);
		}
		const received = await readBounded(response, limits.keyframeBytes);
		const metadata = metadataIn(headers) ?? fail('too much metadata');
		const answer = { status, metadata, body: received };
		if (!(await isAnswerOf(key, nonce, answer, headers.get(signatureHeader) ?? '')))
			return fail(`status ${status}, not signed with our key`);
		if (status !== 200) return status === 404 ? 'ended' : null;
		const info = parseMetadata(metadata);
		const isOurs = info.session === session && info.codec !== 'none' && isLive(info, now());
		return isOurs ? asStored({ info, body: received }) : fail('a keyframe of another stream');
	};

	const nodesFor = (names: CallNames | undefined): IngestNodes => ({
		fresher: async (name, info, after) => {
			const { node } = info;
			const url = callUrl(node, mayCall);
			if (url === null || !failures.mayAsk(node)) return null;
			try {
				const answer = await call(url, name, info, after, names);
				failures.answered(node);
				return answer;
			} catch (error) {
				// Of calls that fail together one counts.
				if (failures.mayAsk(node)) {
					failures.failed(node);
					onFailure(node, error instanceof Error ? error.message : String(error), names?.requestId);
				}
				return null;
			}
		},
	});
	return { ...nodesFor(undefined), forRequest: nodesFor };
};
