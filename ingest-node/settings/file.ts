/**
 * The configuration file: YAML, the settings' names as keys in small or capital letters. The environment goes before it. Lists
 * may be written as lists.
 */
import { readFileSync, statSync } from 'node:fs';
import { ConfigError } from './config-error.ts';
import { type Environment, isSettingName, readSettings } from './read.ts';
import { parseYaml } from './yaml.ts';

/** Variable that names the file. */
export const fileVariable = 'CONFIG_FILE';

/** Bytes: a thousand cameras. */
const maxBytes = 1024 * 1024;

const readText = (name: string): string => {
	if (statSync(name).size > maxBytes) throw new Error(`it has more than ${maxBytes} bytes`);
	return readFileSync(name, 'utf8');
};

const contentOf = (name: string, read: (name: string) => string): unknown => {
	try {
		return parseYaml(read(name));
	} catch (error) {
		throw new ConfigError([`${fileVariable} is "${name}": ${(error as Error).message}.`]);
	}
};

/** The text that the environment would have; `undefined` when there is none. */
const textOf = (value: unknown): string | undefined => {
	if (typeof value === 'string') return value;
	if (typeof value === 'number') return String(value);
	if (typeof value === 'boolean') return value ? '1' : '';
	if (value === null) return '';
	if (!Array.isArray(value)) return undefined;
	const isPlain = value.every((entry) => typeof entry === 'string' || typeof entry === 'number');
	return isPlain ? value.join(',') : JSON.stringify(value);
};

/** A name that somebody has misspelt; of a line that went wrong nobody knows what it holds. */
const shown = (key: string): string => (/^\w{1,40}$/.test(key) ? `"${key}"` : 'of such a name');

/**
 * The environment with the settings of its `CONFIG_FILE`, if it names one, beneath it.
 *
 * @throws ConfigError when the file cannot be read, or has something that is no setting
 */
export const withSettingsFile = (environment: Environment, read = readText): Environment => {
	const name = environment[fileVariable]?.trim();
	if (!name) return environment;
	const content = contentOf(name, read) ?? {};
	if (typeof content !== 'object' || Array.isArray(content))
		throw new ConfigError([`${fileVariable} is "${name}": lines such as "rtmp_port: 1935" are needed.`]);
	const problems: string[] = [];
	const settings: Record<string, string> = {};
	for (const [key, value] of Object.entries(content)) {
		const setting = key.toUpperCase();
		const text = textOf(value);
		if (!isSettingName(setting)) problems.push(`${name}: there is no setting ${shown(key)}.`);
		else if (text === undefined) problems.push(`${name}: ${key} is neither a text, a number nor a list.`);
		else if (setting in settings) problems.push(`${name}: ${key} is there twice.`);
		else settings[setting] = text;
	}
	// Without the file's name: whoever is started with this reads it once.
	const given = Object.entries(environment).filter(([key, text]) => text?.trim() && key !== fileVariable);
	const whole = { ...settings, ...Object.fromEntries(given) };
	// What is wrong with the others is told at once, not when this is mended.
	if (problems.length > 0) throw new ConfigError([...problems, ...readSettings(whole).problems]);
	return whole;
};
