/** A page whose name leads to this machine asks from this machine, without `Origin`: its name is all that gives it away. */
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ControlServer, createControlServer } from '../../ingest-node/servers/control.ts';

let server: ControlServer;
let port: number;
beforeAll(async () => {
	server = createControlServer({ health: () => ({ node: '', streams: [] }), keyframeCall: () => undefined });
	port = await server.listen(0);
});
afterAll(() => server.close());

const statusFor = async (lines: string): Promise<number> => {
	const socket = connect(port, '127.0.0.1');
	socket.end(`GET /health HTTP/1.${lines === '' ? 0 : 1}\r\n${lines}Connection: close\r\n\r\n`);
	return Number((await text(socket)).split(' ')[1]);
};

it.each(['localhost', 'LOCALHOST:8082', '127.0.0.1', '127.0.0.1:8082', '127.1.2.3:1', '[::1]', '[::1]:8082'])(
	'%s is this machine',
	async (host) => expect(await statusFor(`Host: ${host}\r\n`)).toBe(200),
);

it.each([
	...['rebind.example', 'rebind.example:8082', '127.0.0.1.example', '127.rebind.example:8082', 'localhost.example'],
	...['192.0.2.1:8082', '[2001:db8::1]:8082', '[::1].example', '0.0.0.0'],
])('%s is not', async (host) => expect(await statusFor(`Host: ${host}\r\n`)).toBe(401));

it('nor is who gives no name', async () => expect(await statusFor('')).toBe(401));
