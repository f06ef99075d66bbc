// What `npm install` does last: makes the WebAssembly cores, for which the compiler has to be there. Without the development
// dependencies it is not, and an ingest node needs none of the cores: it never decodes.
// Runs on any Node from 20 on.
const omitted = (process.env.npm_config_omit ?? '').split(/[\s,]+/);
if (omitted.includes('dev') || process.env.NODE_ENV === 'production')
	console.log('no development dependencies: the WebAssembly cores of the edge are not made');
else await import('./build-core.mjs');
