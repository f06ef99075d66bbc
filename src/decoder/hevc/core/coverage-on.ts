// Second entry of the coverage build: its existence switches the counters of coverage.ts on.

// @ts-ignore: decorator
@global
export const COVERAGE_ON: bool = true;
