/** What is for this machine is not for the pages that a browser on it shows, nor for those whom a proxy on it brings. */
import { afterEach, expect, it } from 'vitest';
import { type ControlServer, createControlServer } from '../../ingest-node/servers/control.ts';

let server: ControlServer;
afterEach(() => server.close());

it('programs here see health and metrics; who comes through a browser or a proxy does not', async () => {
	server = createControlServer({
		health: () => ({ node: '', streams: [] }),
		keyframeCall: () => undefined,
		metrics: { contentType: 'text/plain', text: async () => 'm 1\n' },
	});
	const url = `http://127.0.0.1:${await server.listen(0)}`;
	for (const path of ['/health', '/metrics']) {
		expect((await fetch(url + path)).status).toBe(200);
		for (const name of [
			'Origin',
			'Sec-Fetch-Site',
			'X-Forwarded-For',
			'X-Real-IP',
			'Forwarded',
			'Via',
			'CF-Connecting-IP',
		])
			expect([name, (await fetch(url + path, { headers: { [name]: '127.0.0.1' } })).status]).toEqual([name, 401]);
	}
	expect((await fetch(`${url}/healthz`, { headers: { Origin: 'http://page' } })).status).toBe(200);
});
