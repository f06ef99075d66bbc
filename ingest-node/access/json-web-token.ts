/**
 * JSON Web Tokens (RFC 7519) that say what their bearer may do:
 *
 *     {"exp": 1795334020, "aud": "livestill", "livestill": {"publish": ["cam/*"], "play": ["**"]}}
 *
 * signed with a shared secret (HS256), or with a private key whose public half is in a key set (RS256, ES256, EdDSA). Each kind of
 * key takes its own algorithms only, so that no public key is ever taken for a secret.
 */
import { errors, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyOptions, jwtVerify } from 'jose';
import { type Grant, grantable, grants } from './grant.ts';
import { type AccessMethod, type Refusal, refused, undecided } from './method.ts';
import { type NamePattern, parseNamePattern } from './name-pattern.ts';
import { secretsIn } from './shown.ts';

export interface JsonWebTokenOptions {
	/** Bytes of `JWT_SECRET`. */
	readonly secret: string | undefined;
	/** Finds the public key of a token; `undefined`: there is no key set. */
	readonly keySet: JWTVerifyGetKey | undefined;
	readonly audience: string | undefined;
	readonly issuer: string | undefined;
	/** Epoch milliseconds. */
	readonly now: () => number;
}

/** Claim with the grants. */
const claim = 'livestill';
/** Patterns of one action. */
const maxPatterns = 100;
/** Seconds that the clocks of issuer and node may differ. */
const clockTolerance = 30;

const publicAlgorithms = ['RS256', 'ES256', 'EdDSA', 'Ed25519'];

/** Three parts of base64url: what else is shown is not worth a look. */
const looksLikeToken = (text: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text);

const patternsIn = (value: unknown): NamePattern[] =>
	(Array.isArray(value) ? value.slice(0, maxPatterns) : [value]).flatMap((text) => {
		const pattern = typeof text === 'string' ? parseNamePattern(text) : null;
		return pattern === null ? [] : [pattern];
	});

/** What the claim grants; what is not understood grants nothing. */
export const grantIn = (payload: JWTPayload): Grant => {
	const value = payload[claim];
	if (typeof value !== 'object' || value === null) return {};
	const fields = value as Readonly<Record<string, unknown>>;
	return Object.fromEntries(grantable.map((action) => [action, patternsIn(fields[action])]));
};

/** What the key set's own failures have: it answers with an error, is none, or does not answer. */
const troubles: ReadonlySet<string> = new Set([
	errors.JOSEError.code,
	errors.JWKSInvalid.code,
	errors.JWKSTimeout.code,
]);

const refusalOf = (error: unknown): Refusal => {
	if (!(error instanceof errors.JOSEError)) return undecided('the token cannot be checked');
	return (troubles.has(error.code) ? undecided : refused)(error.code);
};

export const createJsonWebTokens = (options: JsonWebTokenOptions): AccessMethod => {
	const { keySet, audience, issuer, now } = options;
	const secret = options.secret === undefined ? undefined : new TextEncoder().encode(options.secret);

	const payloadOf = async (token: string): Promise<JWTPayload> => {
		const rules: JWTVerifyOptions = {
			clockTolerance,
			// A token that never ends cannot be taken back.
			requiredClaims: ['exp'],
			currentDate: new Date(now()),
			...(audience === undefined ? {} : { audience }),
			...(issuer === undefined ? {} : { issuer }),
		};
		// Whoever has the other kind of key hears of its algorithm.
		if (secret !== undefined) {
			try {
				return (await jwtVerify(token, secret, { ...rules, algorithms: ['HS256'] })).payload;
			} catch (error) {
				if (keySet === undefined || !(error instanceof errors.JOSEAlgNotAllowed)) throw error;
			}
		}
		if (keySet === undefined) throw new errors.JOSENotSupported('there is no key');
		return (await jwtVerify(token, keySet, { ...rules, algorithms: publicAlgorithms })).payload;
	};

	return {
		closes: () => true,
		takesProofs: false,
		refusal: async ({ action, name }, shown) => {
			let refusal = refused('no JSON Web Token');
			for (const token of secretsIn(shown).filter(looksLikeToken)) {
				try {
					if (grants(grantIn(await payloadOf(token)), action, name)) return null;
					refusal = refused('the token grants something else');
				} catch (error) {
					refusal = refusalOf(error);
				}
			}
			return refusal;
		},
	};
};
