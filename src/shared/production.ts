/** What the edge must have been told before it may face the world. */
import { parseApiTokens } from './api-token.ts';
import { isSecret, secretRule } from './control/key.ts';
import { parsePreviewKeys } from './preview/keys.ts';

/** Variables of the Worker that decide who gets what. */
export interface EdgeVariables {
	readonly PRODUCTION?: string | undefined;
	readonly API_TOKENS?: string | undefined;
	readonly PREVIEW_KEYS?: string | undefined;
	readonly PREVIEW_ACCESS?: string | undefined;
	readonly CONTROL_KEY?: string | undefined;
	readonly CONTROL_HOSTS?: string | undefined;
	readonly OPERATOR_TOKEN?: string | undefined;
}

/** Whether a switch is on. */
export const isOn = (text: string | undefined): boolean => /^(1|true|yes|on)$/i.test(text?.trim() ?? '');

/** Whether a switch is off in so many words: what is neither on nor off is a mistake. */
export const isOff = (text: string | undefined): boolean => /^(0|false|no|off)$/i.test(text?.trim() ?? '');

/** One line for each thing that is open or wrong; empty: the edge may run in production. No secret is in them. */
export const openAtTheEdge = (variables: EdgeVariables): string[] => {
	const { API_TOKENS = '', PREVIEW_KEYS = '', PREVIEW_ACCESS, CONTROL_KEY = '', CONTROL_HOSTS = '' } = variables;
	const { OPERATOR_TOKEN = '' } = variables;
	const problems: string[] = [];
	const { tokens, problems: wrong } = parseApiTokens(API_TOKENS);
	if (tokens.length === 0 && wrong.length === 0)
		problems.push('API_TOKENS is not set: everybody may take snapshots and list streams. `livestill token` makes one.');
	problems.push(...wrong.map((why) => `API_TOKENS: ${why}.`));
	const previewKeys = parsePreviewKeys(PREVIEW_KEYS);
	if (previewKeys === null && PREVIEW_ACCESS !== 'open')
		problems.push('PREVIEW_KEYS is not set: everybody may see previews. Set it, or PREVIEW_ACCESS=open if they may.');
	if (previewKeys !== null && (!previewKeys.isWhole || previewKeys.keys.size === 0))
		problems.push(`PREVIEW_KEYS: each key is id:secret, a secret is ${secretRule}.`);
	if (CONTROL_KEY !== '' && !isSecret(CONTROL_KEY)) problems.push(`CONTROL_KEY: ${secretRule} are needed.`);
	if (CONTROL_KEY !== '' && CONTROL_HOSTS.trim() === '')
		problems.push('CONTROL_HOSTS is not set: the edge calls whatever host an object names.');
	if (OPERATOR_TOKEN !== '' && !isSecret(OPERATOR_TOKEN)) problems.push(`OPERATOR_TOKEN: ${secretRule} are needed.`);
	return problems;
};
