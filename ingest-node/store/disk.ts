/**
 * An {@link ObjectStore} in a directory of a local file system, for any number of processes of this machine.
 *
 *     {root}/live/abc/@7/body        the object's body: a plain elementary stream
 *     {root}/live/abc/@7/head.json   its ETag, metadata and content type
 *     {root}/.new/{uuid}/…           one that is being written
 *
 * A version is written aside and renamed to its number, one above that of the version that it replaces. Renaming a
 * directory onto one that is there fails, so of two who replace the same version one wins: that is the condition of a PUT.
 * The highest number holds; lower ones are removed by who wrote a higher one.
 *
 * Nothing is synced: what the process has written outlives it, not a power cut, after which a lease is over anyway. A body that
 * does not have its ETag, as a power cut may leave one, is no object.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectKey } from '../../src/shared/stream-name.ts';
import { listKeys, removeKey } from './disk-keys.ts';
import { pathOfKey } from './disk-path.ts';
import { type NewObject, type ObjectStore, type PutCondition, type StoredObject, StoreError } from './port.ts';
import { withTimeLimit } from './time-limit.ts';

interface Head {
	readonly id: string;
	/** `id` of the version that this one replaced; '' when there was none. */
	readonly replaced: string;
	readonly etag: string;
	readonly contentType: string;
	readonly metadata: Readonly<Record<string, string>>;
}

interface Version {
	readonly number: number;
	readonly head: Head;
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';
const isMissing = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(codeOf(error));

const reasons: Readonly<Record<string, string>> = {
	ENOSPC: 'the disk is full',
	EDQUOT: 'the quota of the disk is used up',
	EROFS: 'the disk is read-only',
	EACCES: 'the directory may not be written',
	EMFILE: 'there are too many open files',
};

const failure = (what: string, cause: unknown): StoreError => {
	if (cause instanceof StoreError) return cause;
	const code = codeOf(cause);
	const message = reasons[code] ?? (cause instanceof Error ? cause.message : String(cause));
	return new StoreError('unavailable', `${what}: ${message}${reasons[code] === undefined ? '' : ` (${code})`}`, {
		cause,
	});
};

const md5 = (body: Uint8Array): string => createHash('md5').update(body).digest('hex');

/** Numbers of the versions in a folder, highest first. */
const numbersIn = async (folder: string): Promise<number[]> => {
	try {
		const names = await readdir(folder);
		return names.flatMap((name) => (/^@\d+$/.test(name) ? [Number(name.slice(1))] : [])).sort((a, b) => b - a);
	} catch (error) {
		if (isMissing(error)) return [];
		throw error;
	}
};

const folderOf = (folder: string, number: number): string => join(folder, `@${number}`);

const readHead = async (folder: string, number: number): Promise<Head> =>
	JSON.parse(await readFile(join(folderOf(folder, number), 'head.json'), 'utf8')) as Head;

/** Times that a version may be replaced while it is looked at. */
const patience = 20;

/** Looks at the newest version that is whole; again when somebody has replaced it meanwhile. */
const newest = async <T>(folder: string, look: (number: number) => Promise<T>): Promise<T | null> => {
	for (let round = 0; round < patience; round += 1) {
		const [number] = await numbersIn(folder);
		if (number === undefined) return null;
		try {
			return await look(number);
		} catch (error) {
			if (isMissing(error) && (await numbersIn(folder))[0] !== number) continue;
			// Half a version: a power cut.
			if (isMissing(error) || error instanceof SyntaxError) return null;
			throw error;
		}
	}
	throw new Error('it is replaced faster than it can be read');
};

/** Milliseconds after which what was begun is finished, or never will be. */
const abandonedAfter = 3_600_000;

/** Removes what processes that were killed have begun. */
const removeAbandoned = async (aside: string): Promise<void> => {
	for (const name of await readdir(aside)) {
		const path = join(aside, name);
		const written = await stat(path).catch(() => null);
		if (written !== null && Date.now() - written.mtimeMs > abandonedAfter)
			await rm(path, { recursive: true, force: true });
	}
};

/** @throws Error when the directory cannot be written */
export const createDiskStore = async (root: string, timeout?: number): Promise<ObjectStore> => {
	const aside = join(root, '.new');
	await mkdir(aside, { recursive: true });
	await removeAbandoned(aside);

	const guarded = async <T>(what: string, call: () => Promise<T>): Promise<T> => {
		try {
			return await withTimeLimit(what, call(), timeout);
		} catch (cause) {
			throw failure(what, cause);
		}
	};

	const current = (folder: string): Promise<Version | null> =>
		newest(folder, async (number) => ({ number, head: await readHead(folder, number) }));

	const read = (folder: string): Promise<StoredObject | null> =>
		newest(folder, async (number) => {
			const { etag, metadata } = await readHead(folder, number);
			const body = new Uint8Array(await readFile(join(folderOf(folder, number), 'body')));
			return md5(body) === etag ? { etag, metadata, body } : null;
		});

	/** Whether a version that was put under its number is, or was, the newest one. */
	const holds = async (folder: string, { number, head }: Version): Promise<boolean> => {
		const present = await current(folder);
		if (present === null || present.number <= number) return true;
		// Somebody has replaced ours at once, or had done more than we knew when we chose our number.
		return present.number === number + 1 && present.head.replaced === head.id;
	};

	const replace = async (what: string, folder: string, object: NewObject, condition: PutCondition): Promise<string> => {
		const changed = (): StoreError => new StoreError('precondition-failed', `${what}: the object has changed`);
		const present = await current(folder);
		if (condition === 'absent' ? present !== null : present?.head.etag !== condition.etag) throw changed();
		const [highest = 0] = await numbersIn(folder);
		const number = (present?.number ?? highest) + 1;
		const { body, contentType, metadata } = object;
		const head: Head = {
			...{ id: randomUUID(), replaced: present?.head.id ?? '', etag: md5(body), contentType, metadata },
		};
		const written = join(aside, head.id);
		try {
			await mkdir(written);
			await Promise.all([
				writeFile(join(written, 'body'), body),
				writeFile(join(written, 'head.json'), JSON.stringify(head)),
			]);
			await mkdir(folder, { recursive: true });
			await rename(written, folderOf(folder, number));
		} catch (error) {
			await rm(written, { recursive: true, force: true });
			throw ['ENOTEMPTY', 'EEXIST'].includes(codeOf(error)) ? changed() : error;
		}
		if (!(await holds(folder, { number, head }))) {
			await rm(folderOf(folder, number), { recursive: true, force: true });
			throw changed();
		}
		// What cannot be removed now the next writer removes.
		const older = (await numbersIn(folder)).filter((each) => each < number);
		await Promise.allSettled(older.map((each) => rm(folderOf(folder, each), { recursive: true, force: true })));
		return head.etag;
	};

	const at = (key: ObjectKey): string => join(root, pathOfKey(key));
	return {
		get: (key) => guarded(`get ${key}`, () => read(at(key))),
		head: (key) =>
			guarded(`head ${key}`, async () => {
				const present = await current(at(key));
				return present && { etag: present.head.etag, metadata: present.head.metadata };
			}),
		put: (key, object, condition) => {
			const what = `put ${key}`;
			return guarded(what, () => replace(what, at(key), object, condition));
		},
		list: (prefix, options) => guarded(`list ${prefix}`, () => listKeys(root, prefix, options)),
		remove: (keys) =>
			guarded('remove', async () => {
				for (const key of keys) await removeKey(root, key);
			}),
	};
};
