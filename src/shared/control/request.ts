/**
 * The `Authorization` header of a control call:
 *
 *     Livestill-Control-1 key=<key id>, time=<epoch ms>, nonce=<32 hex digits>, signature=<64 hex digits>
 */
import type { ControlKey } from './key.ts';

export interface ControlRequest {
	readonly method: string;
	/** Without query. */
	readonly path: string;
	readonly body: Uint8Array<ArrayBuffer>;
}

/** What the header says; nothing of it is true before {@link isSignedBy} has said so. */
export interface Authorization {
	/** {@link ControlKey.id} */
	readonly key: string;
	/** Epoch milliseconds of the caller's clock. */
	readonly time: number;
	/** 32 hexadecimal digits that no other call has. */
	readonly nonce: string;
	readonly signature: string;
}

const lines = ({ method, path }: ControlRequest, time: number, nonce: string): string[] => [
	'livestill-control-1 request',
	method,
	path,
	String(time),
	nonce,
];

/** Value of the header. */
export const authorize = async (
	key: ControlKey,
	request: ControlRequest,
	{ time, nonce }: Pick<Authorization, 'time' | 'nonce'>,
): Promise<string> => {
	const signature = await key.sign(lines(request, time, nonce), request.body);
	return `Livestill-Control-1 key=${key.id}, time=${time}, nonce=${nonce}, signature=${signature}`;
};

const pattern =
	/^Livestill-Control-1 key=([0-9a-f]{16}), time=([1-9][0-9]{0,14}), nonce=([0-9a-f]{32}), signature=([0-9a-f]{64})$/;

/** Reads the header; `null` when it is not of this form. */
export const parseAuthorization = (header: string): Authorization | null => {
	const [, key, time, nonce, signature] = pattern.exec(header) ?? [];
	if (key === undefined || nonce === undefined || signature === undefined) return null;
	return { key, time: Number(time), nonce, signature };
};

/** Whether the owner of `key` has made this request. Says nothing of its age. */
export const isSignedBy = (
	key: ControlKey,
	{ time, nonce, signature }: Authorization,
	request: ControlRequest,
): Promise<boolean> => key.verify(signature, lines(request, time, nonce), request.body);
