/** A setting that is a list of things: JSON, or the name of a file with a list in JSON or YAML. */
import { messageOf } from '../log.ts';
import type { ReadSettings } from './read.ts';
import type { SettingName } from './schema-tables.ts';
import { parseYaml } from './yaml.ts';

/** Bytes: ten thousand entries. */
const maxBytes = 4 * 1024 * 1024;

/** What is no list in brackets is taken for a name, and may as well be a list, or a key, that is written otherwise. */
const readNamed = (given: string, readFile: (name: string) => Buffer): Buffer => {
	try {
		return readFile(given);
	} catch (error) {
		// The texts of errors of the file system quote the name.
		const { code = 'it cannot be opened' } = error as NodeJS.ErrnoException;
		throw new Error(`it does not begin with "[", and is not the name of a file that can be read (${code})`);
	}
};

const contentOf = (given: string, readFile: (name: string) => Buffer): unknown => {
	if (given.startsWith('[')) return JSON.parse(given);
	const bytes = readNamed(given, readFile);
	if (bytes.length > maxBytes) throw new Error(`the file has more than ${maxBytes} bytes`);
	const text = bytes.toString('utf8');
	return text.trimStart().startsWith('[') ? JSON.parse(text) : parseYaml(text);
};

/** `undefined` when it is not set, or is no list: then there is a problem more, which quotes nothing of it. */
export const readListSetting = (
	name: SettingName,
	{ value, problems }: ReadSettings,
	readFile: (name: string) => Buffer,
): readonly unknown[] | undefined => {
	const given = value(name);
	if (given === undefined) return undefined;
	let content: unknown;
	try {
		content = contentOf(given, readFile);
	} catch (error) {
		// The texts of errors of JSON quote what was read, secrets as well.
		const why = error instanceof SyntaxError ? 'it is not JSON' : messageOf(error);
		problems.push(`${name}: ${why}. A list, or the name of a file with one, is needed.`);
		return undefined;
	}
	if (Array.isArray(content)) return content;
	problems.push(`${name} is not a list.`);
	return undefined;
};
