/** The settings about who may do what. */
import type { ReadSettings } from '../settings/read.ts';
import type { StreamKey } from './stream-keys.ts';
import { readStreamKeys } from './stream-keys-config.ts';

export interface AccessConfig {
	/** `PUBLISH_TOKEN`: lets publish every stream; `undefined`: there is none. */
	readonly publishToken: string | undefined;
	/** `PLAY_TOKEN`: lets play every stream. */
	readonly playToken: string | undefined;
	/** `STREAM_KEYS` */
	readonly streamKeys: readonly StreamKey[];
	/** `JWT_SECRET`, `JWT_JWKS_URL`, `JWT_AUDIENCE`, `JWT_ISSUER`; `undefined`: there are no tokens of that kind. */
	readonly jwt:
		| {
				readonly secret: string | undefined;
				readonly keySetUrl: string | undefined;
				readonly audience: string | undefined;
				readonly issuer: string | undefined;
		  }
		| undefined;
	/** `AUTH_HOOK_URL`: who is asked. */
	readonly hookUrl: string | undefined;
	/** `PLAY_ACCESS`: `open` lets everybody play, whatever publishers need. */
	readonly isPlayOpen: boolean;
	/** `AUTH_FAILURES`: wrong credentials that an address may show at once, and again over each minute; 0: any number. */
	readonly allowedFailures: number;
}

export const readAccessConfig = (read: ReadSettings, readFile: (name: string) => Buffer): AccessConfig => {
	const { settings, problems } = read;
	const { JWT_SECRET: secret, JWT_JWKS_URL: keySetUrl, JWT_AUDIENCE: audience, JWT_ISSUER: issuer } = settings;
	const hasTokens = secret !== undefined || keySetUrl !== undefined;
	if (!hasTokens && (audience !== undefined || issuer !== undefined))
		problems.push('JWT_AUDIENCE or JWT_ISSUER is set: JWT_SECRET or JWT_JWKS_URL is needed.');
	// A provider signs tokens for many, with the same keys.
	if (keySetUrl !== undefined && audience === undefined)
		problems.push('JWT_JWKS_URL is set: JWT_AUDIENCE is needed, or tokens for others would be taken, too.');
	return {
		publishToken: settings.PUBLISH_TOKEN,
		playToken: settings.PLAY_TOKEN,
		streamKeys: readStreamKeys(read, readFile),
		jwt: hasTokens ? { secret, keySetUrl, audience, issuer } : undefined,
		hookUrl: settings.AUTH_HOOK_URL,
		isPlayOpen: settings.PLAY_ACCESS === 'open',
		allowedFailures: settings.AUTH_FAILURES,
	};
};
