/** What `wrangler.toml` binds to the Worker. */
export interface Env {
	/** The keyframe objects. */
	readonly KEYFRAMES: R2Bucket;
}
