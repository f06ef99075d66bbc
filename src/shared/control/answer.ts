/**
 * The answer to a control call. A keyframe travels as its object is stored: the elementary stream is the body, each
 * metadata entry a header `x-livestill-meta-{key}`. The signature covers status, metadata and body and holds for one
 * call only, so that nobody who merely sits at the node's address can speak for it.
 */
import { limits } from '../limits.ts';
import type { ControlKey } from './key.ts';

export interface ControlAnswer {
	readonly status: number;
	/** Metadata of a keyframe object; empty without one. */
	readonly metadata: Readonly<Record<string, string>>;
	readonly body: Uint8Array<ArrayBuffer>;
}

/** Header with 64 hexadecimal digits. */
export const signatureHeader = 'x-livestill-signature';

const metadataPrefix = 'x-livestill-meta-';

const lines = ({ status, metadata }: ControlAnswer, nonce: string): string[] => [
	'livestill-control-1 answer',
	nonce,
	String(status),
	...Object.keys(metadata)
		.sort()
		.map((key) => `${key}:${metadata[key]}`),
];

/** Headers of an answer to the call with this nonce. */
export const answerHeaders = async (
	key: ControlKey,
	nonce: string,
	answer: ControlAnswer,
): Promise<Record<string, string>> => {
	const headers: Record<string, string> = { [signatureHeader]: await key.sign(lines(answer, nonce), answer.body) };
	for (const [name, value] of Object.entries(answer.metadata)) headers[metadataPrefix + name] = value;
	return headers;
};

/** The metadata in the headers of an answer; `null` when there is more of it than an object may have. */
export const metadataIn = (headers: Iterable<readonly [string, string]>): Record<string, string> | null => {
	const entries: [string, string][] = [];
	let size = 0;
	for (const [header, value] of headers) {
		const name = header.toLowerCase();
		if (!name.startsWith(metadataPrefix)) continue;
		size += name.length + value.length - metadataPrefix.length;
		if (size > limits.metadataBytes) return null;
		entries.push([name.slice(metadataPrefix.length), value]);
	}
	return Object.fromEntries(entries);
};

/** Whether the answer is the one that the owner of `key` gave to the call with this nonce. */
export const isAnswerOf = (
	key: ControlKey,
	nonce: string,
	answer: ControlAnswer,
	signature: string,
): Promise<boolean> => key.verify(signature, lines(answer, nonce), answer.body);
