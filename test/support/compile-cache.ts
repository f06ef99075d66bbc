/** For processes of tests that get an environment of their own: Node's compiled code is kept where `vitest.config.ts` says. */
export const compileCache = { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '' } as const;
