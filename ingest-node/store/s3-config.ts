/** The settings that say where the objects are. */
import type { ReadSettings } from '../settings/read.ts';

/** An S3 bucket and who we are there. */
export interface S3Config {
	/** `S3_ENDPOINT`: URL of the service, without the bucket and without a slash at its end. */
	readonly endpoint: string;
	/** `S3_BUCKET`. */
	readonly bucket: string;
	/** `S3_REGION`, `auto`: R2 has no other; others want theirs. */
	readonly region: string;
	/** `S3_ACCESS_KEY_ID`, `S3_SECRET_ACCESS_KEY` and, for temporary credentials, `S3_SESSION_TOKEN`. */
	readonly accessKeyId: string;
	readonly secretAccessKey: string;
	readonly sessionToken: string | undefined;
}

const required = ['S3_ENDPOINT', 'S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const;
const all = [...required, 'S3_REGION', 'S3_SESSION_TOKEN'] as const;

/** @returns `undefined` when none of its settings is set */
export const readS3Config = ({ settings, value, problems }: ReadSettings): S3Config | undefined => {
	if (all.every((name) => value(name) === undefined)) return undefined;
	const missing = required.filter((name) => value(name) === undefined);
	if (missing.length > 0) problems.push(`Object storage over S3 needs ${missing.join(', ')} as well.`);
	return {
		endpoint: settings.S3_ENDPOINT ?? '',
		bucket: settings.S3_BUCKET ?? '',
		region: settings.S3_REGION,
		accessKeyId: settings.S3_ACCESS_KEY_ID ?? '',
		secretAccessKey: settings.S3_SECRET_ACCESS_KEY ?? '',
		sessionToken: settings.S3_SESSION_TOKEN,
	};
};
