/** What access knows stays known when its settings are read again. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { expect, it } from 'vitest';
import { openReplaceableAccess, type ReplaceableAccess } from '../../ingest-node/access/open-access.ts';
import { readConfig } from '../../ingest-node/config.ts';
import { silentLog } from '../../ingest-node/log.ts';
import { parseStreamName } from '../../src/shared/stream-name.ts';
import { createFakeClock } from './support/fake-clock.ts';

const name = parseStreamName('a');
const isLetIn = (access: ReplaceableAccess, query: string): Promise<boolean> =>
	access.authorise({ action: 'publish', protocol: 'rtmp', name, remote: '192.0.2.1:5000', query }).then(
		() => true,
		() => false,
	);

it('who has failed too often waits, whatever has changed', async () => {
	const of = (key: string) =>
		readConfig({ STREAM_KEYS: JSON.stringify([{ name: 'a', key }]), AUTH_FAILURES: '3' }).access;
	const clock = createFakeClock();
	const access = openReplaceableAccess(of('first-key'), { clock, log: silentLog });
	for (let n = 0; n < 4; n += 1) await isLetIn(access, 'token=wrong');
	access.replace(of('first-key'));
	expect(await isLetIn(access, 'token=first-key')).toBe(false);
	access.replace(of('second-key'));
	expect(await isLetIn(access, 'token=second-key')).toBe(false);
	await clock.advance(1001);
	expect([await isLetIn(access, 'token=first-key'), await isLetIn(access, 'token=second-key')]).toEqual([false, false]);
	await clock.advance(2001);
	expect(await isLetIn(access, 'token=second-key')).toBe(true);
});

it('the keys of an issuer are not fetched again', async () => {
	const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
	const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: '1', alg: 'ES256' }] });
	let fetches = 0;
	const server = createServer((_request, response) => {
		fetches += 1;
		response.end(keys);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
	const of = (more: Record<string, string>) => readConfig({ JWT_JWKS_URL: url, JWT_AUDIENCE: 'us', ...more }).access;
	const clock = createFakeClock();
	const access = openReplaceableAccess(of({}), { clock, log: silentLog });
	const token = await new SignJWT({ livestill: { publish: '**' } })
		.setProtectedHeader({ alg: 'ES256', kid: '1' })
		.setAudience('us')
		.setExpirationTime(new Date(clock.now() + 60_000))
		.sign(privateKey);
	for (const more of [{}, {}, { PUBLISH_TOKEN: 'another-token' }]) {
		access.replace(of(more));
		expect(await isLetIn(access, `token=${token}`)).toBe(true);
	}
	expect(fetches).toBe(1);
	server.close();
	server.closeAllConnections();
});
