import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ControlKey, importKey, isSecret } from '../../../../src/shared/control/key.ts';
import { authorize, isSignedBy, parseAuthorization } from '../../../../src/shared/control/request.ts';

const secret = 'a-secret-of-edge-and-ingest-node-0';
const nonce = '00112233445566778899aabbccddeeff';
const body = Uint8Array.from('{"streamName":"abc"}', (character) => character.charCodeAt(0));
const request = { method: 'POST', path: '/control/keyframe', body };
const time = 1_795_334_020_459;

const key = await importKey(crypto.subtle, secret);
const header = await authorize(key, request, { time, nonce });

const accepts = async (given: string, by: ControlKey = key, to = request): Promise<boolean> => {
	const authorization = parseAuthorization(given);
	return authorization !== null && isSignedBy(by, authorization, to);
};

/** The header as `docs/control.md` describes it, made with Node's own HMAC. */
const byTheBook = (): string => {
	const hash = createHash('sha256').update(body).digest('hex');
	const text = ['livestill-control-1 request', 'POST', '/control/keyframe', time, nonce, hash].join('\n');
	const signature = createHmac('sha256', secret).update(text).digest('hex');
	const id = createHmac('sha256', secret).update('livestill-control-1 key').digest('hex').slice(0, 16);
	return `Livestill-Control-1 key=${id}, time=${time}, nonce=${nonce}, signature=${signature}`;
};

describe('a signed request', () => {
	it('is signed by the book and accepted', async () => {
		expect(header).toBe(byTheBook());
		expect(await accepts(header)).toBe(true);
	});

	it('is refused when anything in it is different', async () => {
		const other = Uint8Array.from(body);
		other[3] = 0;
		expect(await accepts(header, key, { ...request, body: other })).toBe(false);
		expect(await accepts(header, key, { ...request, method: 'PUT' })).toBe(false);
		expect(await accepts(header, key, { ...request, path: '/control/other' })).toBe(false);
		expect(await accepts(header.replace(String(time), String(time + 1)))).toBe(false);
		expect(await accepts(header.replace(nonce, nonce.replace('0', '1')))).toBe(false);
		expect(await accepts(header, await importKey(crypto.subtle, `${secret}1`))).toBe(false);
	});

	it('shows no secret', () => {
		expect(header + JSON.stringify(key) + String(key.sign) + Object.values(key).join()).not.toContain(secret);
	});

	it('is refused with any character changed', async () => {
		const change = fc.tuple(fc.nat(header.length - 1), fc.constantFrom(...'0123456789abcdefG,= \t'));
		await fc.assert(
			fc.asyncProperty(change, async ([at, character]) => {
				const changed = header.slice(0, at) + character + header.slice(at + 1);
				if (changed === header) return;
				const authorization = parseAuthorization(changed);
				// The key's id only says which key to try.
				const restored = authorization && { ...authorization, key: key.id };
				if (restored && changed.replace(authorization.key, key.id) === header) return;
				expect(restored !== null && (await isSignedBy(key, restored, request))).toBe(false);
			}),
		);
	});
});

it('a header of any other form is not read', () => {
	const others = [
		'',
		'Bearer abc',
		header.toLowerCase(),
		` ${header}`,
		`${header}\n`,
		`${header}, ${header}`,
		header.replace('time=1', 'time=0'),
		header.replace('time=', 'time=-'),
		header.replace(String(time), '1e12'),
		header.replace(String(time), '9'.repeat(400)),
		header.replace('signature=', 'signature=0'),
	];
	for (const other of others) expect(parseAuthorization(other)).toBeNull();
	fc.assert(fc.property(fc.string(), (text) => parseAuthorization(text) === null));
});

it('a secret is long and printable', () => {
	expect(isSecret(secret)).toBe(true);
	for (const other of ['', 'short', 'x'.repeat(31), 'x'.repeat(257), `${secret} `, `${secret}\n`, `${secret}ä`])
		expect(isSecret(other)).toBe(false);
});
