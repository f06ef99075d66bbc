/** Which settings a running node can take anew, and which differ and have to wait for its next start. */
import type { Environment } from '../settings/read.ts';
import { type SettingName, schema } from '../settings/schema-tables.ts';

const reloadable: ReadonlySet<string> = new Set<SettingName>([
	...(['PUBLISH_TOKEN', 'PLAY_TOKEN', 'STREAM_KEYS', 'PLAY_ACCESS', 'AUTH_FAILURES', 'AUTH_HOOK_URL'] as const),
	...(['JWT_SECRET', 'JWT_JWKS_URL', 'JWT_AUDIENCE', 'JWT_ISSUER'] as const),
	...(['CONTROL_KEY', 'CONTROL_KEY_PREVIOUS', 'RTSP_SOURCES', 'RTSP_PULL_ALLOW'] as const),
]);

const text = (environment: Environment, name: string): string => environment[name]?.trim() ?? '';

/** Names of settings that have changed and are not taken before the next start. */
export const needRestart = (before: Environment, after: Environment): string[] =>
	Object.keys(schema.shape).filter((name) => !reloadable.has(name) && text(before, name) !== text(after, name));
