import { crc32, deflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { fillChunks } from '../../../src/image/png-chunks.ts';

const chunk = (type: string, ...parts: Uint8Array[]): Buffer => {
	const data = Buffer.concat(parts);
	const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
	const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
	length.writeUInt32BE(data.length);
	sum.writeUInt32BE(crc32(body));
	return Buffer.concat([length, body, sum]);
};

const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
const header = chunk('IHDR', Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0));
const data = deflateSync(Uint8Array.of(0, 1, 2, 3));
const number = Uint8Array.of(0, 0, 0, 2);

it('puts data into the chunks that have none, whatever pieces they come in', () => {
	const empty = Buffer.concat([
		signature,
		header,
		chunk('IDAT'),
		chunk('fcTL', number),
		chunk('fdAT', number),
		chunk('IEND'),
	]);
	const full = Buffer.concat([
		...[signature, header, chunk('IDAT', data), chunk('fcTL', number), chunk('fdAT', number, data), chunk('IEND')],
	]);
	const pieces = [data.subarray(0, 2), data.subarray(2, 2), data.subarray(2)];
	expect(Buffer.compare(fillChunks(empty, [pieces, [data]]), full)).toBe(0);
});

it('notices a file that upng-js writes in another way', () => {
	const empty = Buffer.concat([signature, header, chunk('IDAT'), chunk('IEND')]);
	expect(() => fillChunks(empty, [])).toThrow(RangeError);
	expect(() => fillChunks(empty, [[data], [data]])).toThrow(RangeError);
});
