/** Reads `STREAM_KEYS`: a list, or the name of a file with one. */
import { messageOf } from '../log.ts';
import { readListSetting } from '../settings/list-setting.ts';
import type { ReadSettings } from '../settings/read.ts';
import { type Grant, type Grantable, grantable, isGrantable } from './grant.ts';
import { type NamePattern, parseNamePattern } from './name-pattern.ts';
import { plainKey, type StreamKey } from './stream-keys.ts';

/** Keys at a time: each is compared with what a client shows. */
const maxKeys = 10_000;
/** Characters: a shorter one is found out by trying. */
const minSecretLength = 8;
const maxSecretLength = 1024;

const fail = (why: string): never => {
	throw new Error(why);
};

/** One or several. A key for nothing would look as if it closed something. */
const listOf = (value: unknown, what: string): readonly unknown[] => {
	const list: readonly unknown[] = Array.isArray(value) ? value : [value];
	return list.length > 0 ? list : fail(`${what} is an empty list`);
};

const patternsOf = (value: unknown): NamePattern[] =>
	listOf(value, 'name').map((text) => {
		const pattern = typeof text === 'string' ? parseNamePattern(text) : null;
		return pattern ?? fail('name is no stream name or pattern, such as "cam/*"');
	});

const actionsOf = (value: unknown): Grantable[] =>
	listOf(value ?? 'publish', 'actions').map((action) =>
		isGrantable(action) ? action : fail(`actions are some of ${grantable.join(', ')}`),
	);

const keyOf = (secret: unknown, grant: Grant): StreamKey => {
	if (typeof secret !== 'string') return fail('key is missing');
	const [, hash] = /^sha256:([0-9a-f]{64})$/i.exec(secret) ?? [];
	if (hash !== undefined) return { grant, secret: undefined, digest: Buffer.from(hash, 'hex') };
	if (secret.startsWith('sha256:')) return fail('key is no hash: sha256: and 64 hexadecimal digits are needed');
	if (secret.length < minSecretLength || secret.length > maxSecretLength)
		return fail(`key has fewer than ${minSecretLength} or more than ${maxSecretLength} characters`);
	return plainKey(secret, grant);
};

/** @throws Error that does not quote the key */
const parseStreamKey = (entry: unknown): StreamKey => {
	if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return fail('name and key are needed');
	const fields = entry as Readonly<Record<string, unknown>>;
	for (const field of Object.keys(fields))
		if (!['name', 'key', 'actions'].includes(field)) fail('fields are name, key and actions');
	const patterns = patternsOf(fields.name);
	return keyOf(fields.key, Object.fromEntries(actionsOf(fields.actions).map((action) => [action, patterns])));
};

/** Adds what is wrong to the problems. */
export const readStreamKeys = (read: ReadSettings, readFile: (name: string) => Buffer): StreamKey[] => {
	const entries = readListSetting('STREAM_KEYS', read, readFile) ?? [];
	if (entries.length > maxKeys) {
		read.problems.push(`STREAM_KEYS has ${entries.length} keys, ${maxKeys} at most.`);
		return [];
	}
	const keys: StreamKey[] = [];
	for (const [index, entry] of entries.entries()) {
		try {
			keys.push(parseStreamKey(entry));
		} catch (error) {
			read.problems.push(`STREAM_KEYS, entry ${index + 1}: ${messageOf(error)}.`);
		}
	}
	return keys;
};
