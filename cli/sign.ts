/** `livestill sign`: the signed URL of a preview, or a grant for all streams of a prefix. */
import { anyFormats } from '../src/shared/preview/sequence-path.ts';
import { exitCodes } from './exit-codes.ts';
import {
	formatOption,
	keyOption,
	parameterRules,
	parametersOf,
	parseCommand,
	previewUsage,
	serverOption,
	textOption,
} from './preview-options.ts';
import { previewUrl, signedQuery, streamNameOf } from './preview-url.ts';
import { UsageError } from './usage-error.ts';

export const signUsage = `sign NAME | --prefix PREFIX [--expires 1h] [--format png|jpg|webp|mp4|apng|storyboard.jpg|storyboard.vtt|…] [--key ID:SECRET] [--server URL]
      ${previewUsage}`;

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Epoch seconds. */
const expiry = (text: string): number => {
	const [, count, unit = 's'] = /^([1-9][0-9]{0,7})([smhd])?$/.exec(text) ?? [];
	if (count === undefined) throw new UsageError('--expires takes a time such as 90s, 15m, 1h or 7d');
	return Math.floor(Date.now() / 1000) + Number(count) * (seconds[unit] ?? 1);
};

/** Prints the URL. Returns the exit code. @throws UsageError */
export const signCommand = async (args: string[]): Promise<number> => {
	const text = { type: 'string' } as const;
	const rules = { ...parameterRules, prefix: text, expires: text, format: text, key: text, server: text };
	const { values, positionals } = parseCommand(args, rules, 1);
	const key = keyOption(values);
	if (key === null) throw new UsageError('the key is missing: --key ID:SECRET, or LIVESTILL_PREVIEW_KEY');
	const format = formatOption(values, 'jpg', anyFormats);
	const parameters = parametersOf(values, format);
	const exp = expiry(textOption(values, 'expires') ?? '1h');
	const prefix = textOption(values, 'prefix');
	if (prefix !== undefined) {
		if (positionals.length > 0) throw new UsageError('either a NAME or a --prefix');
		const grant = { ...parameters, exp: String(exp), prefix };
		process.stdout.write(`${await signedQuery({ pathname: '', format, parameters: grant }, key)}\n`);
		return exitCodes.done;
	}
	const path = await previewUrl({ name: streamNameOf(positionals[0]), format, parameters, key, exp });
	process.stdout.write(`${serverOption(values)}${path}\n`);
	return exitCodes.done;
};
