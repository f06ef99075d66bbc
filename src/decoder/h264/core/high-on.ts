// Second entry of the high build: its existence makes samples 16 bits wide; see sample.ts.

// @ts-ignore: decorator
@global
export const HIGH_ON: bool = true;
