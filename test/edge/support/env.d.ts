/// <reference types="@cloudflare/vitest-plugin/types" />

/** Types of `cloudflare:workers` in these tests: the bindings of wrangler.toml and the Worker's exports. */
declare namespace Cloudflare {
	interface Env {
		readonly KEYFRAMES: R2Bucket;
	}
	interface GlobalProps {
		mainModule: typeof import('../../../src/index.ts');
	}
}
