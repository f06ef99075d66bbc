/** The part of the environment that says where the objects are. */

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

// AWS and R2 are stricter (lower case), Ceph and older buckets are not. A bucket is one segment of the URL's path.
const bucketPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/;
const regionPattern = /^[A-Za-z0-9-]{1,64}$/;
// What an HTTP header carries unchanged.
const credentialPattern = /^[!-~]{1,4096}$/;

const isEndpoint = (text: string): boolean => {
	if (!URL.canParse(text)) return false;
	const url = new URL(text);
	return /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && url.search + url.hash === '';
};

/**
 * @param value the trimmed value of a variable, `undefined` when it is not set
 * @param problems what is wrong is added to them; values of credentials are not
 * @returns `undefined` when no variable is set
 */
export const readS3Config = (value: (name: string) => string | undefined, problems: string[]): S3Config | undefined => {
	if (all.every((name) => value(name) === undefined)) return undefined;
	const missing = required.filter((name) => value(name) === undefined);
	if (missing.length > 0) problems.push(`Object storage over S3 needs ${missing.join(', ')} as well.`);
	const check = (name: (typeof all)[number], isGood: (text: string) => boolean, problem: (text: string) => string) => {
		const text = value(name);
		if (text !== undefined && !isGood(text)) problems.push(`${name} ${problem(text)}`);
		return text ?? '';
	};
	const credential = (name: (typeof all)[number]): string =>
		check(name, credentialPattern.test.bind(credentialPattern), () => 'is not made of printable ASCII characters.');
	const endpoint = check(
		'S3_ENDPOINT',
		isEndpoint,
		// It might hold credentials.
		() =>
			'is not an http or https URL without credentials and query, such as https://ACCOUNT.r2.cloudflarestorage.com.',
	);
	const bucket = check(
		'S3_BUCKET',
		bucketPattern.test.bind(bucketPattern),
		(text) => `is "${text}": no bucket's name.`,
	);
	const region = check(
		'S3_REGION',
		regionPattern.test.bind(regionPattern),
		(text) => `is "${text}": no region's name.`,
	);
	return {
		endpoint: isEndpoint(endpoint) ? new URL(endpoint).href.replace(/\/+$/, '') : endpoint,
		bucket,
		region: region || 'auto',
		accessKeyId: credential('S3_ACCESS_KEY_ID'),
		secretAccessKey: credential('S3_SECRET_ACCESS_KEY'),
		sessionToken: credential('S3_SESSION_TOKEN') || undefined,
	};
};
