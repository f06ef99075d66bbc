import { createSocket, type Socket } from 'node:dgram';
import { afterEach, expect, it } from 'vitest';
import { openUdpPortPair, type PortRange, type UdpPortPair } from '../../../ingest-node/servers/udp-port-pair.ts';
import { eventually } from '../support/eventually.ts';

const open: { close(): void }[] = [];
afterEach(() => {
	for (const it of open.splice(0)) it.close();
});

const openPair = async (remoteAddress = '127.0.0.1', range: PortRange | null = null) => {
	const received: string[] = [];
	let foreign = 0;
	const pair: UdpPortPair = await openUdpPortPair({
		remoteAddress,
		range,
		onRtp: (bytes) => received.push(`rtp ${Buffer.from(bytes)}`),
		onRtcp: (bytes) => received.push(`rtcp ${Buffer.from(bytes)}`),
		onForeign: () => {
			foreign += 1;
		},
	});
	open.push(pair);
	return { pair, received, foreign: () => foreign };
};

const sender = async (address = '127.0.0.1'): Promise<Socket> => {
	const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
	await new Promise<void>((resolve) => socket.bind(0, address, resolve));
	open.push(socket);
	return socket;
};

it('hears RTP on an even port and RTCP on the next, and answers to where it came from', async () => {
	const { pair, received } = await openPair('::ffff:127.0.0.1');
	expect(pair.ports.rtp % 2).toBe(0);
	expect(pair.ports.rtcp).toBe(pair.ports.rtp + 1);
	const peer = await sender();
	const answers: string[] = [];
	peer.on('message', (bytes) => answers.push(bytes.toString()));
	pair.send('rtcp', Buffer.from('nobody is known'));
	peer.send('a', pair.ports.rtp, '127.0.0.1');
	peer.send('b', pair.ports.rtcp, '127.0.0.1');
	await eventually('both', () => received.length === 2);
	expect(received.sort()).toEqual(['rtcp b', 'rtp a']);
	pair.send('rtcp', Buffer.from('report'));
	await eventually('the report', () => answers.length > 0);
	expect(answers).toEqual(['report']);
});

it('drops what another address sends, and another port once the first has sent', async () => {
	const { pair, received, foreign } = await openPair('127.0.0.1');
	const [peer, other, stranger] = await Promise.all([sender(), sender(), sender('127.0.0.2')]);
	stranger.send('x', pair.ports.rtp, '127.0.0.1');
	await eventually('the stranger', () => foreign() === 1);
	peer.send('a', pair.ports.rtp, '127.0.0.1');
	await eventually('the peer', () => received.length === 1);
	other.send('x', pair.ports.rtp, '127.0.0.1');
	await eventually('the other', () => foreign() === 2);
	expect(received).toEqual(['rtp a']);
});

it('prefers the announced port to one that was only the first', async () => {
	const { pair, received, foreign } = await openPair('127.0.0.1');
	const [peer, other] = await Promise.all([sender(), sender()]);
	pair.expect({ rtp: peer.address().port, rtcp: peer.address().port + 1 });
	other.send('x', pair.ports.rtp, '127.0.0.1');
	await eventually('the other', () => received.length === 1);
	peer.send('a', pair.ports.rtp, '127.0.0.1');
	await eventually('the peer', () => received.length === 2);
	other.send('x', pair.ports.rtp, '127.0.0.1');
	await eventually('the other again', () => foreign() === 1);
	expect(received).toEqual(['rtp x', 'rtp a']);
});

it('takes ports of a range, each once, and says when there are none left', async () => {
	const first = 20_000 + 2 * Math.floor(Math.random() * 5000);
	const range = { first: first + 1, last: first + 6 };
	const pairs = [];
	for (;;) {
		try {
			pairs.push((await openPair('127.0.0.1', range)).pair);
		} catch (error) {
			expect(error).toMatchObject({ code: 'BUSY' });
			break;
		}
	}
	// Another program may have one of them.
	expect(pairs.length).toBeLessThanOrEqual(2);
	expect(pairs.length).toBeGreaterThan(0);
	for (const { ports } of pairs) {
		expect(ports.rtp % 2).toBe(0);
		expect(ports.rtp).toBeGreaterThanOrEqual(range.first);
		expect(ports.rtcp).toBeLessThanOrEqual(range.last);
	}
	pairs[0]?.close();
	expect((await openPair('127.0.0.1', range)).pair.ports).toEqual(pairs[0]?.ports);
});

it('speaks IPv6', async () => {
	const { pair, received } = await openPair('::1');
	const peer = await sender('::1');
	peer.send('a', pair.ports.rtp, '::1');
	await eventually('the packet', () => received.length === 1);
});

it('survives a peer that is gone', async () => {
	const { pair, received } = await openPair();
	const peer = await sender();
	peer.send('a', pair.ports.rtp, '127.0.0.1');
	await eventually('the packet', () => received.length === 1);
	peer.close();
	open.splice(open.indexOf(peer), 1);
	for (let n = 0; n < 5; n += 1) pair.send('rtp', Buffer.from('nobody'));
	await new Promise((resolve) => setTimeout(resolve, 50));
	const again = await sender();
	again.send('x', pair.ports.rtp, '127.0.0.1');
	pair.close();
	pair.close();
	pair.send('rtp', Buffer.from('closed'));
});
