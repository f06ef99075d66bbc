/**
 * The envelope of the WebSDK's signalling: one JSON document a text frame, `{"message": name, "data": [arguments]}`, in
 * both directions. A client sends one argument, an object or `null`.
 */
import { LivestillError } from '../../../src/shared/errors.ts';
import { exceedsDepth } from './json-depth.ts';

export interface Envelope {
	readonly message: string;
	/** First argument; empty when it is no object. */
	readonly argument: Readonly<Record<string, unknown>>;
}

/** Levels of arrays and objects: those of the SDK have five, an application's own data a few more. */
const maxDepth = 64;

const refuse = (why: string): never => {
	throw new LivestillError('PROTOCOL_VIOLATION', `the message ${why}`);
};

const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

const parseJson = (text: string): unknown => {
	try {
		return JSON.parse(text);
	} catch {
		return refuse('is not JSON');
	}
};

/** @throws LivestillError `PROTOCOL_VIOLATION` that says what is wrong */
export const parseEnvelope = (text: string): Envelope => {
	// What is sent on to others is written again, and JSON.stringify recurses.
	if (exceedsDepth(text, maxDepth)) refuse(`is nested deeper than ${maxDepth} levels`);
	const value = parseJson(text);
	if (!isObject(value) || typeof value.message !== 'string') return refuse('has no "message"');
	const argument: unknown = Array.isArray(value.data) ? value.data[0] : undefined;
	return { message: value.message, argument: isObject(argument) ? argument : {} };
};

/** The SDK reads `data[0]` before it looks at the name: there always is an array. */
export const writeEnvelope = (message: string, ...data: unknown[]): string => JSON.stringify({ message, data });

/** A field that is a text of 1 to `maxLength` characters, else `null`. */
export const textField = (
	fields: Readonly<Record<string, unknown>>,
	name: string,
	maxLength: number,
): string | null => {
	const value = fields[name];
	return typeof value === 'string' && value.length > 0 && value.length <= maxLength ? value : null;
};
