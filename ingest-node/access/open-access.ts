/** Access as the settings say, with all that it needs of the outside. */
import type { JWTVerifyGetKey } from 'jose';
import type { Clock } from '../clock.ts';
import { createErrorCounter } from '../error-counter.ts';
import type { Log } from '../log.ts';
import { type Access, createAccess } from './access.ts';
import type { AccessConfig } from './access-config.ts';
import { createFailedAttempts } from './failed-attempts.ts';
import { createHook } from './hook.ts';
import { createJsonWebTokens } from './json-web-token.ts';
import { createKeySet } from './key-set.ts';
import type { AccessMethod } from './method.ts';
import { createStreamKeys } from './stream-keys.ts';
import { createTokens } from './tokens.ts';

/** Access whose settings may change: who is in already stays in. */
export interface ReplaceableAccess extends Access {
	replace(config: AccessConfig): void;
}

/** Settings that are equal have equal texts. There are secrets in it. */
const textOf = (config: AccessConfig): string => JSON.stringify(config);

export const openReplaceableAccess = (
	config: AccessConfig,
	{ clock, log }: { readonly clock: Clock; readonly log: Log },
): ReplaceableAccess => {
	let { allowedFailures } = config;
	// Neither who has failed nor the keys of an issuer are forgotten because something else has changed.
	const attempts = createFailedAttempts({
		clock,
		allowed: () => allowedFailures,
		onPause: (address, milliseconds) => log.warn('too many wrong credentials', { address, milliseconds }),
	});
	let keySet: { readonly url: string; readonly get: JWTVerifyGetKey } | undefined;
	const keySetOf = (url: string): JWTVerifyGetKey => {
		if (keySet?.url !== url) keySet = { url, get: createKeySet(url) };
		return keySet.get;
	};

	const methodsOf = ({ publishToken, playToken, streamKeys, jwt, hookUrl }: AccessConfig): AccessMethod[] => {
		const methods: AccessMethod[] = [createTokens({ publishToken, playToken })];
		if (streamKeys.length > 0) methods.push(createStreamKeys(streamKeys));
		if (jwt !== undefined) {
			const { keySetUrl, ...rules } = jwt;
			const keys = keySetUrl === undefined ? undefined : keySetOf(keySetUrl);
			methods.push(createJsonWebTokens({ ...rules, keySet: keys, now: clock.now }));
		}
		if (hookUrl !== undefined) {
			const failures = createErrorCounter(clock, (count, last) => log.warn('the access hook failed', { count, last }));
			methods.push(createHook({ url: hookUrl, onFailure: failures.count }));
		}
		return methods;
	};

	const open = (settings: AccessConfig): Access =>
		createAccess({
			methods: methodsOf(settings),
			open: settings.isPlayOpen ? ['play', 'snapshot', 'connect'] : [],
			...{ attempts, log },
		});
	let text = textOf(config);
	let current = open(config);
	return {
		authorise: (request) => current.authorise(request),
		isClosed: (action) => current.isClosed(action),
		get takesProofs() {
			return current.takesProofs;
		},
		replace: (next) => {
			const nextText = textOf(next);
			if (nextText === text) return;
			text = nextText;
			allowedFailures = next.allowedFailures;
			current = open(next);
		},
	};
};
