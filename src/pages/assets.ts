/** Files that pages ask for, as they are in the source. */
import style from '../shared/pages/style.css';
// @ts-expect-error: by the Text rule of wrangler.toml this is the text of the file, not a module.
import script from './browser.js';

export const assets: Readonly<Record<string, { readonly type: string; readonly text: string }>> = {
	'style.css': { type: 'text/css; charset=utf-8', text: style },
	'browser.js': { type: 'text/javascript; charset=utf-8', text: script as string },
};
