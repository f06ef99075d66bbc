/** YAML whose errors quote nothing of what was read: there are secrets in it. */
import { parse, YAMLParseError } from 'yaml';

/** @throws Error that names the kind and the line of what is wrong */
export const parseYaml = (text: string): unknown => {
	try {
		// Warnings would go to standard error, with the line that they are about.
		return parse(text, { maxAliasCount: 10, logLevel: 'error' });
	} catch (error) {
		if (error instanceof YAMLParseError)
			throw new Error(`${error.code} in line ${error.linePos?.[0].line ?? '?'}`, { cause: error.code });
		throw new Error(error instanceof ReferenceError ? 'an alias leads nowhere, or to too much' : 'it is not YAML');
	}
};
