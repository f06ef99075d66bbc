/** What an import of a file for browsers gives in workerd, by the `Text` rule of wrangler.toml. */
declare module '*.css' {
	const text: string;
	export default text;
}
