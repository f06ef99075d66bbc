/**
 * Typed fields of a request. A field that is absent or null reads as `undefined`; one of the wrong type or out of range
 * is refused. Fields that nobody asks for are ignored, so that newer clients can talk to older servers.
 */
import { LivestillError } from '../shared/errors.ts';

export type Fields = Readonly<Record<string, unknown>>;

const refuse = (name: string, rule: string): never => {
	throw new LivestillError('INVALID_PARAMETER', `${name} is not ${rule}`);
};

const given = (fields: Fields, name: string): unknown =>
	Object.hasOwn(fields, name) ? (fields[name] ?? undefined) : undefined;

/** @throws LivestillError `INVALID_PARAMETER` */
export const stringField = (fields: Fields, name: string): string | undefined => {
	const value = given(fields, name);
	return value === undefined || typeof value === 'string' ? value : refuse(name, 'a string');
};

/** @throws LivestillError `INVALID_PARAMETER` */
export const booleanField = (fields: Fields, name: string): boolean | undefined => {
	const value = given(fields, name);
	return value === undefined || typeof value === 'boolean' ? value : refuse(name, 'true or false');
};

interface Range {
	readonly minimum: number;
	readonly maximum: number;
}

/** @throws LivestillError `INVALID_PARAMETER` */
export const numberField = (fields: Fields, name: string, { minimum, maximum }: Range): number | undefined => {
	const value = given(fields, name);
	if (value === undefined) return undefined;
	return typeof value === 'number' && value >= minimum && value <= maximum
		? value
		: refuse(name, `a number from ${minimum} to ${maximum}`);
};

/** @throws LivestillError `INVALID_PARAMETER` */
export const integerField = (fields: Fields, name: string, range: Range): number | undefined => {
	const value = numberField(fields, name, range);
	return value === undefined || Number.isInteger(value) ? value : refuse(name, 'a whole number');
};
