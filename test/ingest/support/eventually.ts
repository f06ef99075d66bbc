/** Resolves to the first value of `look` that is not undefined, `false` or `null`; looks every 10 ms. */
export const eventually = async <T>(
	what: string,
	look: () => T | Promise<T>,
	timeout = 10_000,
): Promise<NonNullable<Exclude<T, false>>> => {
	const until = performance.now() + timeout;
	for (;;) {
		const value = await look();
		if (value !== undefined && value !== null && value !== false) return value as NonNullable<Exclude<T, false>>;
		if (performance.now() > until) throw new Error(`${what}: not within ${timeout} ms`);
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
};
