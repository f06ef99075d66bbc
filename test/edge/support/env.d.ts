/// <reference types="@cloudflare/vitest-plugin/types" />

/** Types of `cloudflare:workers` in these tests: the bindings of wrangler.toml and the Worker's exports. */
declare namespace Cloudflare {
	interface Env {
		readonly KEYFRAMES: R2Bucket;
		/** Base64, from vitest.config.ts. */
		readonly TEST_KEYFRAME: string;
		/** JSON, from vitest.config.ts: `codec` and `body` in base64. */
		readonly TEST_OTHER_KEYFRAMES: string;
		/** Three requests a minute, from vitest.config.ts. */
		readonly TEST_LIMITER: RateLimit;
	}
	interface GlobalProps {
		mainModule: typeof import('../../../src/index.ts');
	}
}

/** The part of node:zlib that these tests use; Node's own types would clash with those of Workers. */
declare module 'node:zlib' {
	export const inflateSync: (data: Uint8Array) => Uint8Array;
}
