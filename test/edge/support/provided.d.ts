import 'vitest';

/** What `test/support/scripted-node.ts` provides. */
declare module 'vitest' {
	interface ProvidedContext {
		readonly scriptedNode: { readonly url: string; readonly secret: string };
	}
}
