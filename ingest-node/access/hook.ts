/**
 * `AUTH_HOOK_URL`: the operator's own program is asked, by one POST of JSON in the field names of MediaMTX. 2xx lets in; everything
 * else, and no answer, does not. `docs/security.md`
 */
import { hostOf } from './address-key.ts';
import { type AccessMethod, type AccessRequest, type Refusal, refused, undecided } from './method.ts';
import { createOperatorCall } from './operator-call.ts';
import { type Shown, withoutShown } from './shown.ts';

export interface HookOptions {
	readonly url: string;
	/** Milliseconds for an answer. */
	readonly timeout?: number;
	/** Questions at a time; more are refused, not queued. */
	readonly maxPending?: number;
	/** Hears that the hook did not answer as it should. */
	readonly onFailure: (reason: string) => void;
}

/** Bytes of the answer, which nobody reads: an error page is no reason to refuse. */
const maxBytes = 64 * 1024;

/** Request Timeout, Too Many Requests: the client was not looked at. */
const troubles: ReadonlySet<number> = new Set([408, 429]);

const question = ({ action, protocol, name, remote, query }: AccessRequest, { token, user, password }: Shown): string =>
	JSON.stringify({
		...{ user: user ?? '', password: password ?? '', token: token ?? '' },
		...{ ip: hostOf(remote), action, path: name ?? '', protocol, query: withoutShown(query) },
	});

export const createHook = (options: HookOptions): AccessMethod => {
	const { url, timeout = 3000, maxPending = 64, onFailure } = options;
	const callOperator = createOperatorCall(timeout, maxBytes, maxPending);
	let pending = 0;

	const ask = async (body: string): Promise<Refusal | null> => {
		const headers = { 'content-type': 'application/json' };
		const { status } = await callOperator({ url, method: 'POST', headers, body });
		if (status >= 200 && status < 300) return null;
		if (status !== 401 && status !== 403) onFailure(`status ${status}`);
		const isTrouble = status >= 500 || troubles.has(status);
		return (isTrouble ? undecided : refused)(`the hook answered ${status}`);
	};

	return {
		closes: () => true,
		takesProofs: false,
		refusal: async (request, shown) => {
			if (pending >= maxPending) {
				onFailure(`${maxPending} questions are open`);
				return undecided('the hook is busy');
			}
			pending += 1;
			try {
				return await ask(question(request, shown));
			} catch (error) {
				const reason = error instanceof Error ? error.message : 'failed';
				onFailure(reason);
				return undecided(`the hook: ${reason}`);
			} finally {
				pending -= 1;
			}
		},
	};
};
