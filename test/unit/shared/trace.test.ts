import { describe, expect, it } from 'vitest';
import { parseTraceparent, traceOf, writeTraceparent } from '../../../src/shared/trace.ts';

// The example of W3C Trace Context § 3.2.4.
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const example = `00-${traceId}-00f067aa0ba902b7-01`;
const uuid = '2b1c7a30-52a1-4c6e-9d4e-0b6a1f6a7c11';

describe('traceparent', () => {
	it('is read', () => {
		expect(parseTraceparent(example)).toEqual({ traceId, flags: '01' });
		// A later version, of which the known part is read.
		expect(parseTraceparent(`cc${example.slice(2)}-what-comes-then`)).toEqual({ traceId, flags: '01' });
	});

	it.each([
		...[undefined, '', 'x', example.toUpperCase(), `${example}-00`, ` ${example}`, example.slice(0, -1)],
		...[
			`ff${example.slice(2)}`,
			example.replace(traceId, '0'.repeat(32)),
			example.replace('00f067aa0ba902b7', '0'.repeat(16)),
		],
		...[`${example}\n`, example.replace('4bf9', '4bg9')],
	])('is not taken for one: %j', (header) => {
		expect(parseTraceparent(header)).toBeNull();
	});

	it('is continued, with another parent', () => {
		expect(writeTraceparent(traceOf(example, uuid), uuid)).toBe(`00-${traceId}-2b1c7a3052a14c6e-01`);
	});

	it.each([
		['ff', '01'],
		['03', '01'],
		['02', '00'],
		['fe', '00'],
	])('passes no reserved flag on: %s', (flags, kept) => {
		const parsed = parseTraceparent(example.slice(0, -2) + flags);
		expect(parsed).toEqual({ traceId, flags: kept });
		expect(writeTraceparent(traceOf(example.slice(0, -2) + flags, uuid), uuid)).toMatch(new RegExp(`-${kept}$`));
	});

	it('begins with the request where there is none', () => {
		const header = writeTraceparent(traceOf('nonsense', uuid), uuid);
		expect(header).toBe('00-2b1c7a3052a14c6e9d4e0b6a1f6a7c11-2b1c7a3052a14c6e-00');
		expect(parseTraceparent(header)).not.toBeNull();
	});
});
