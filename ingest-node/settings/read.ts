/** Settings out of the environment, or out of a file that has been put beneath it. */
import { about } from './about.ts';
import { type SettingName, type Settings, schema } from './schema-tables.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ReadSettings {
	/** Where a setting has a problem, its value is missing, whatever its type says. */
	readonly settings: Settings;
	/** The text of a setting, trimmed; `undefined` when it is empty or not set. */
	readonly value: (name: string) => string | undefined;
	/** One line for each setting that is wrong; more may be added. No secret is in them. */
	readonly problems: string[];
}

const nameList = Object.keys(schema.shape) as SettingName[];

export const isSettingName = (name: string): name is SettingName => Object.hasOwn(schema.shape, name);

const isSecret = (name: SettingName): boolean => about.get(schema.shape[name])?.isSecret === true;

// Whoever puts credentials into a URL shows them wherever the URL is shown.
const withoutCredentials = (text: string): string => text.replace(/\/\/[^/@\s]*@/g, '//…@');

/** The first word: where a quotation mark is missing in a file, the rest of it, secrets as well, is behind the first. */
const shown = (text: string): string => {
	const [first = ''] = withoutCredentials(text).split(/\s/);
	const start = first.slice(0, 100);
	return start.length < withoutCredentials(text).length ? `${start} …` : start;
};

/** What is wrong with one setting. Values of secrets are not shown. */
const problem = (name: SettingName, text: string, need: string): string =>
	isSecret(name) ? `${name}: ${need}.` : `${name} is "${shown(text)}": ${need}.`;

export const readSettings = (environment: Environment): ReadSettings => {
	const value = (name: string): string | undefined => environment[name]?.trim() || undefined;
	const problems: string[] = [];
	const settings: Record<string, unknown> = {};
	for (const name of nameList) {
		const text = value(name);
		const parsed = schema.shape[name].safeParse(text);
		if (parsed.success) settings[name] = parsed.data;
		else problems.push(problem(name, text ?? '', parsed.error.issues[0]?.message ?? 'something else is needed'));
	}
	return { settings: settings as Settings, value, problems };
};

/** The settings as they hold, `NAME=value`, one a line, secrets masked. Those that are not set and have no default are left out. */
export const printSettings = (environment: Environment): string =>
	nameList
		.flatMap((name) => {
			const text = environment[name]?.trim() || about.get(schema.shape[name])?.normal.match(/^`([^`]*)`$/)?.[1];
			if (text === undefined) return [];
			return [`${name}=${isSecret(name) ? '(secret)' : withoutCredentials(text)}\n`];
		})
		.join('');
