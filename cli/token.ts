/** `livestill token`: a new API token, and the line that the edge is told. */
import { hash, randomBytes } from 'node:crypto';
import { type ApiScope, apiScopes, apiTokenIdPattern, isApiScope, mintApiToken } from '../src/shared/api-token.ts';
import { exitCodes } from './exit-codes.ts';
import { parseCommand, textOption } from './preview-options.ts';
import { UsageError } from './usage-error.ts';

export const tokenUsage = 'token NAME [--scopes snapshot,list,metrics]';

const scopesOf = (text: string): ApiScope[] =>
	text.split(/[,+]/).map((scope) => {
		if (!isApiScope(scope)) throw new UsageError(`--scopes takes ${apiScopes.join(', ')}`);
		return scope;
	});

/** Prints the token to standard output and what to do with it to standard error. Returns the exit code. @throws UsageError */
export const tokenCommand = (args: string[]): number => {
	const { values, positionals } = parseCommand(args, { scopes: { type: 'string' } }, 1);
	const [id] = positionals;
	if (id === undefined || !apiTokenIdPattern.test(id))
		throw new UsageError('a token needs a name of letters, digits, ".", "_" and "-", 32 at most');
	const scopes = scopesOf(textOption(values, 'scopes') ?? 'snapshot,list');
	const random = randomBytes(32).toString('base64url');
	const { token, entry } = mintApiToken({ id, scopes }, { random, sha256: (text) => hash('sha256', text) });
	process.stdout.write(`token: ${token}\nentry: ${entry}\n`);
	process.stderr.write(
		'The token is for the client and is not shown again; the entry belongs into API_TOKENS of the edge.\n',
	);
	return exitCodes.done;
};
