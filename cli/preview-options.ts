/** Options of the commands that ask for previews: made of the table that the server parses by. */
import { parseArgs } from 'node:util';
import { LivestillError } from '../src/shared/errors.ts';
import { previewParameters } from '../src/shared/preview/parameters.ts';
import { parsePreviewQuery } from '../src/shared/preview/query.ts';
import { type AnyFormat, isSequenceFormat } from '../src/shared/preview/sequence-path.ts';
import { parseSequenceQuery } from '../src/shared/preview/sequence-query.ts';
import { type SigningKey, sortedQuery } from '../src/shared/preview/sign.ts';
import { kidPattern } from '../src/shared/preview/signature.ts';
import { UsageError } from './usage-error.ts';

const ofSignatures = ['exp', 'kid', 'prefix', 'sig'];

/** Parameters that a user sets, by their option: `max_age` is `--max-age`. */
const settable = new Map(
	Object.entries(previewParameters)
		.filter(([name]) => !ofSignatures.includes(name))
		.map(([name, { schema }]) => [name.replaceAll('_', '-'), { name, isFlag: schema.type === 'boolean' }]),
);

export const previewUsage = [...settable].map(([option, { isFlag }]) => `[--${option}${isFlag ? '' : ' …'}]`).join(' ');

interface OptionRule {
	readonly type: 'string' | 'boolean';
	readonly short?: string;
}

/** Parameters of previews, for the commands that ask for one. */
export const parameterRules: Readonly<Record<string, OptionRule>> = Object.fromEntries(
	[...settable].map(([option, { isFlag }]) => [option, { type: isFlag ? 'boolean' : 'string' }]),
);

/** Reads a command line of these options and at most `most` words. @throws UsageError */
export const parseCommand = (args: string[], options: Readonly<Record<string, OptionRule>>, most: number) => {
	try {
		const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
		if (positionals.length > most) throw new UsageError(`there is one word too many: ${positionals[most]}`);
		return { values: values as Readonly<Record<string, string | boolean | undefined>>, positionals };
	} catch (error) {
		throw error instanceof UsageError ? error : new UsageError(error instanceof Error ? error.message : String(error));
	}
};

type Values = ReturnType<typeof parseCommand>['values'];

/** A text option, or `undefined`. */
export const textOption = (values: Values, name: string): string | undefined => {
	const value = values[name];
	return typeof value === 'string' ? value : undefined;
};

const kinds = { apng: 'animation', 'storyboard.vtt': 'cues' } as const;

const checkQuery = (query: string, format: AnyFormat): void => {
	if (!isSequenceFormat(format)) parsePreviewQuery(query);
	else parseSequenceQuery(query, format === 'apng' || format === 'storyboard.vtt' ? kinds[format] : 'sprite');
};

/** Parameters of the URL, checked by the server's own rules. @throws UsageError */
export const parametersOf = (values: Values, format: AnyFormat): Record<string, string> => {
	const given = [...settable].flatMap(([option, { name }]) =>
		values[option] === undefined ? [] : [[name, String(values[option])] as const],
	);
	const parameters = Object.fromEntries(given);
	try {
		checkQuery(sortedQuery(parameters), format);
	} catch (error) {
		throw error instanceof LivestillError ? new UsageError(error.message) : error;
	}
	return parameters;
};

/** One of `formats`. @throws UsageError */
export const formatOption = <F extends AnyFormat>(values: Values, otherwise: F, formats: readonly F[]): F => {
	const text = textOption(values, 'format') ?? otherwise;
	const format = formats.find((known) => known === text);
	if (format === undefined) throw new UsageError(`--format takes ${formats.join(', ')}`);
	return format;
};

/** The key of `--key` or `LIVESTILL_PREVIEW_KEY`, or `null`. @throws UsageError */
export const keyOption = (values: Values): SigningKey | null => {
	const text = textOption(values, 'key') ?? process.env.LIVESTILL_PREVIEW_KEY ?? '';
	if (text === '') return null;
	const [, id = '', secret = ''] = /^([^:]*):(.+)$/.exec(text) ?? [];
	if (!kidPattern.test(id) || !/^[!-~]+$/.test(secret)) throw new UsageError('a key is written id:secret');
	return { id, secret };
};

/** Headers with the token of `--token` or `LIVESTILL_TOKEN`; none without one. @throws UsageError */
export const tokenHeaders = (values: Values): Record<string, string> => {
	const token = textOption(values, 'token') ?? process.env.LIVESTILL_TOKEN ?? '';
	if (!/^[!-~]*$/.test(token)) throw new UsageError('a token is printable text without blanks');
	return token === '' ? {} : { Authorization: `Bearer ${token}` };
};

/** Base URL of the server, without a slash at its end. @throws UsageError */
export const serverOption = (values: Values): string => {
	const text = textOption(values, 'server') ?? process.env.LIVESTILL_URL ?? 'http://localhost:8081';
	if (!/^https?:\/\//.test(text) || !URL.canParse(text)) throw new UsageError(`${text} is not the URL of a server`);
	return text.replace(/\/+$/, '');
};
