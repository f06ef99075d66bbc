/**
 * Signatures of webhooks as the Standard Webhooks specification 1.0.0 has them, so that its libraries verify them:
 * HMAC-SHA256 over `{id}.{timestamp}.{body}`, one signature for each secret.
 */
import { createHmac } from 'node:crypto';

const prefix = 'whsec_';
/** Bytes of a secret. */
const [shortest, longest] = [24, 64];

const bytesOf = (secret: string): Buffer => Buffer.from(secret.slice(prefix.length), 'base64');

/** Whether a text is `whsec_` and a secret in base64. */
export const isWebhookSecret = (text: string): boolean => {
	const [, base64 = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
	const { length } = Buffer.from(base64, 'base64');
	return base64.length % 4 === 0 && length >= shortest && length <= longest;
};

/** Headers of one attempt. @param now epoch milliseconds @param secrets newest first; each as {@link isWebhookSecret} */
export const signatureHeaders = (
	id: string,
	body: string,
	now: number,
	secrets: readonly string[],
): Record<string, string> => {
	const timestamp = String(Math.floor(now / 1000));
	const sign = (secret: string): string =>
		`v1,${createHmac('sha256', bytesOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
	return {
		'webhook-id': id,
		'webhook-timestamp': timestamp,
		'webhook-signature': secrets.map(sign).join(' '),
	};
};
