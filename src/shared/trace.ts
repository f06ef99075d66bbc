/** W3C Trace Context, Level 1 (§ 3.2): which trace a request belongs to. Nothing is decided by it; it is for logs. */

export interface Trace {
	/** 32 hexadecimal digits. */
	readonly traceId: string;
	/** Two hexadecimal digits: `01`, the caller records, or `00`. The other bits are reserved and never passed on (§ 3.2.2.5.2). */
	readonly flags: '00' | '01';
}

const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

const recorded = (flags: string): Trace['flags'] => ((Number.parseInt(flags, 16) & 1) === 1 ? '01' : '00');

/** Reads a `traceparent`; `null` when it is none (§ 3.2.2): wrong form, version `ff`, or an identifier of nothing but zeros. */
export const parseTraceparent = (header: string | undefined): Trace | null => {
	// Later versions may be longer; who knows this one reads its part (§ 4.3).
	const [, version, traceId = '', parentId = '', flags = '', rest] = pattern.exec(header ?? '') ?? [];
	if (version === undefined || version === 'ff' || (version === '00' && rest !== undefined)) return null;
	return /^0+$/.test(traceId) || /^0+$/.test(parentId) ? null : { traceId, flags: recorded(flags) };
};

/** The trace of a request: its caller's, or a new one that is named after it. @param requestId a UUID */
export const traceOf = (header: string | undefined, requestId: string): Trace =>
	parseTraceparent(header) ?? { traceId: requestId.replaceAll('-', ''), flags: '00' };

/** The `traceparent` of a call that is made in that trace. @param callId a UUID, another one for each call */
export const writeTraceparent = ({ traceId, flags }: Trace, callId: string): string =>
	// A random UUID has its version, which is not 0, among the first sixteen digits.
	`00-${traceId}-${callId.replaceAll('-', '').slice(0, 16)}-${flags}`;
