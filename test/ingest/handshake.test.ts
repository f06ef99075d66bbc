import { describe, expect, it } from 'vitest';
import { createServerHandshake, handshakeSize } from '../../ingest-node/protocols/rtmp/handshake.ts';

const c0c1 = Uint8Array.from({ length: 1 + handshakeSize }, (_, index) => (index === 0 ? 3 : index & 255));
const c2 = new Uint8Array(handshakeSize).fill(9);
const nothing = new Uint8Array(0);
const create = () => createServerHandshake((bytes) => bytes.fill(5));

describe('createServerHandshake', () => {
	it('answers C1 with S0, S1 and its echo, and hands on what follows C2', () => {
		const handshake = create();
		expect(handshake.next(c0c1.subarray(0, 1000))).toBeNull();
		const step = handshake.next(c0c1.subarray(1000));
		const reply = step !== null && 'reply' in step ? step.reply : nothing;
		expect(reply).toHaveLength(1 + 2 * handshakeSize);
		expect([...reply.subarray(0, 10)]).toEqual([3, 0, 0, 0, 0, 0, 0, 0, 0, 5]);
		expect(reply.subarray(1 + handshakeSize)).toEqual(c0c1.subarray(1));
		expect(handshake.next(nothing)).toBeNull();
		expect(handshake.next(c2)).toEqual({ rest: nothing });
	});

	it('takes everything at once', () => {
		const handshake = create();
		const all = Uint8Array.from([...c0c1, ...c2, 1, 2, 3]);
		expect(handshake.next(all)).toHaveProperty('reply');
		expect(handshake.next(nothing)).toEqual({ rest: Uint8Array.of(1, 2, 3) });
	});

	it('answers a client that offers digests like any other', () => {
		const flash = c0c1.slice();
		flash.set([0x80, 0, 7, 2], 5);
		expect(create().next(flash)).toHaveProperty('reply');
	});

	it.each([0, 2, 6, 0x16, 'G'.charCodeAt(0)])('refuses version %i with the first byte', (version) => {
		expect(() => create().next(Uint8Array.of(version))).toThrow(`version ${version} instead of 3`);
	});
});
