/** Access as the settings say, with all that it needs of the outside. */
import type { Clock } from '../clock.ts';
import { createErrorCounter } from '../error-counter.ts';
import type { Log } from '../log.ts';
import { type Access, createAccess } from './access.ts';
import type { AccessConfig } from './access-config.ts';
import { createHook } from './hook.ts';
import { createJsonWebTokens } from './json-web-token.ts';
import { createKeySet } from './key-set.ts';
import type { AccessMethod } from './method.ts';
import { createStreamKeys } from './stream-keys.ts';
import { createTokens } from './tokens.ts';

const methodsOf = ({ publishToken, playToken, streamKeys, jwt, hookUrl }: AccessConfig, clock: Clock, log: Log) => {
	const methods: AccessMethod[] = [createTokens({ publishToken, playToken })];
	if (streamKeys.length > 0) methods.push(createStreamKeys(streamKeys));
	if (jwt !== undefined) {
		const { keySetUrl, ...rules } = jwt;
		const keySet = keySetUrl === undefined ? undefined : createKeySet(keySetUrl);
		methods.push(createJsonWebTokens({ ...rules, keySet, now: clock.now }));
	}
	if (hookUrl !== undefined) {
		const failures = createErrorCounter(clock, (count, last) => log.warn('the access hook failed', { count, last }));
		methods.push(createHook({ url: hookUrl, onFailure: failures.count }));
	}
	return methods;
};

const openAccess = (config: AccessConfig, { clock, log }: { readonly clock: Clock; readonly log: Log }): Access =>
	createAccess({
		methods: methodsOf(config, clock, log),
		open: config.isPlayOpen ? ['play', 'snapshot', 'connect'] : [],
		allowedFailures: config.allowedFailures,
		...{ clock, log },
	});

/** Access whose settings may change: who is in already stays in. */
export interface ReplaceableAccess extends Access {
	replace(config: AccessConfig): void;
}

export const openReplaceableAccess = (
	config: AccessConfig,
	tools: Parameters<typeof openAccess>[1],
): ReplaceableAccess => {
	let current = openAccess(config, tools);
	return {
		authorise: (request) => current.authorise(request),
		isClosed: (action) => current.isClosed(action),
		get takesProofs() {
			return current.takesProofs;
		},
		replace: (next) => {
			current = openAccess(next, tools);
		},
	};
};
