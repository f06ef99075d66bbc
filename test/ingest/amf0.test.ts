import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Amf0Value, decodeAmf0, encodeAmf0 } from '../../ingest-node/protocols/rtmp/amf0.ts';
import { LivestillError } from '../../src/shared/errors.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

const codeOf = (hex: string): unknown => {
	try {
		return decodeAmf0(bytes(hex));
	} catch (error) {
		return error instanceof LivestillError ? error.code : error;
	}
};

describe('decodeAmf0', () => {
	const cases: readonly [string, string, unknown][] = [
		['number', '00 3ff0000000000000', 1],
		['boolean', '01 01', true],
		['string', '02 0003 616263', 'abc'],
		['UTF-8', '02 0002 c3bc', 'ü'],
		['null', '05', null],
		['undefined', '06', undefined],
		['unsupported', '0d', undefined],
		['long string', '0c 00000003 616263', 'abc'],
		['XML', '0f 00000003 3c612f', '<a/'],
		['date', '0b 3ff0000000000000 0000', 1],
		['strict array', '0a 00000002 05 0101', [null, true]],
		['object', '03 0001 61 05 0001 62 0101 0000 09', { a: null, b: true }],
		['typed object', '10 0001 54 0001 61 05 0000 09', { a: null }],
		['ECMA array with a wrong count', '08 00000063 0001 61 05 0000 09', { a: null }],
		['object with an empty key', '03 0000 05 0000 09', { '': null }],
		['object with a hostile key', '03 0009 5f5f70726f746f5f5f 05 0000 09', JSON.parse('{"__proto__":null}')],
	];
	it.each(cases)('%s', (_name, hex, value) => {
		expect(decodeAmf0(bytes(hex))).toEqual([value]);
	});

	it('several values', () => {
		expect(decodeAmf0(bytes('05 06 0100'))).toEqual([null, undefined, false]);
	});

	it('gives objects no prototype', () => {
		expect(Object.getPrototypeOf(decodeAmf0(bytes('03 0000 09'))[0])).toBeNull();
	});

	const refused: readonly [string, string][] = [
		['cut off number', '00 3ff0'],
		['cut off string', '02 0009 61'],
		['long string longer than the message', '0c ffffffff 61'],
		['object without end', '03 0001 61 05'],
		['array longer than the message', '0a ffffffff 05'],
		['movie clip', '04'],
		['reference', '07 0000'],
		['AMF 3 value', '11 01'],
		['too deep', `${'0a 00000001'.repeat(10)} 05`],
		['too many values', '05'.repeat(1001)],
		['array of nothing', `0a 000003e9 ${'05'.repeat(1001)}`],
	];
	it.each(refused)('refuses: %s', (_name, hex) => {
		expect(codeOf(hex)).toBe('PROTOCOL_VIOLATION');
	});
});

const value = fc.letrec<{ value: Amf0Value }>((tie) => ({
	value: fc.oneof(
		{ maxDepth: 3 },
		fc.double({ noNaN: true }),
		fc.boolean(),
		fc.string({ maxLength: 20, unit: 'grapheme' }),
		fc.constant(null),
		fc.constant(undefined),
		fc.array(tie('value'), { maxLength: 3 }),
		fc.dictionary(fc.string({ maxLength: 5, minLength: 1 }), tie('value'), { maxKeys: 3, noNullPrototype: true }),
	),
})).value;

describe('properties', () => {
	it('reads what it wrote', () => {
		fc.assert(
			fc.property(fc.array(value, { maxLength: 4 }), (values) => {
				expect(decodeAmf0(encodeAmf0(...values))).toEqual(values);
			}),
		);
	});

	it('throws nothing but our error', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 80 }), (input) => {
				try {
					decodeAmf0(input);
				} catch (error) {
					expect(error).toBeInstanceOf(LivestillError);
				}
			}),
			{ numRuns: 1000 },
		);
	});
});
