/** `PUBLISH_TOKEN` and `PLAY_TOKEN`: one secret for all streams. */
import type { Action } from './grant.ts';
import { type AccessMethod, refused } from './method.ts';
import { isAnyOf, secretDigest } from './secret-digest.ts';
import { secretsIn } from './shown.ts';

export interface TokensOptions {
	readonly publishToken: string | undefined;
	readonly playToken: string | undefined;
}

/** Who may publish may do everything. */
export const createTokens = ({ publishToken, playToken }: TokensOptions): AccessMethod => {
	const known = [publishToken, playToken].map((token) =>
		token === undefined ? undefined : { token, digest: secretDigest(token) },
	);
	const [publishing, playing] = known;
	const closedBy: Readonly<Record<Action, boolean>> = {
		connect: publishing !== undefined && playing !== undefined,
		publish: publishing !== undefined,
		play: playing !== undefined,
		snapshot: playing !== undefined,
		pull: publishing !== undefined,
	};
	return {
		closes: (action) => closedBy[action],
		takesProofs: true,
		refusal: async ({ action, proves }, shown) => {
			const ofPlayers = action === 'connect' || action === 'play' || action === 'snapshot';
			const digests = secretsIn(shown).map(secretDigest);
			for (const candidate of ofPlayers ? [publishing, playing] : [publishing]) {
				if (candidate === undefined) continue;
				if (isAnyOf(digests, candidate.digest) || proves?.(candidate.token) === true) return null;
			}
			return refused('not the token');
		},
	};
};
