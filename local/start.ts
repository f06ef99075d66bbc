/** `npm start`: the whole system on one machine, until Ctrl-C. */
import { LaunchError, launchStack, type ReadyStack } from './launch.ts';

const banner = ({ urls }: ReadyStack): string => {
	const rest = urls.http ?? urls.https;
	const lines: [string, string | null][] = [
		['live pictures', rest && `${rest}/`],
		['REST over HTTP', urls.http],
		['REST over HTTPS', urls.https],
		['publish (RTMP)', urls.rtmp && `${urls.rtmp}/live/{streamName}`],
		['publish (RTMPS)', urls.rtmps && `${urls.rtmps}/live/{streamName}`],
		['publish (RTSP)', urls.rtsp && `${urls.rtsp}/live/{streamName}`],
		['publish (RTSPS)', urls.rtsps && `${urls.rtsps}/live/{streamName}`],
		['try it: pages', urls.ws && `${urls.ws.replace('ws', 'http')}/`],
		['browsers (WebSDK)', urls.ws],
		['browsers (TLS)', urls.wss],
		['control, metrics', urls.control],
	];
	const list = lines.filter(([, url]) => url !== null).map(([what, url]) => `  ${what.padEnd(18)}${url}`);
	const publish = urls.rtmp && `${urls.rtmp}/live/abc`;
	const example =
		publish === null || rest === null
			? []
			: [
					'Try:',
					`  ffmpeg -re -f lavfi -i testsrc2=size=1280x720 -c:v libx264 -g 60 -f flv ${publish}`,
					`  curl -s -d '{"streamName":"abc"}' ${rest}/rest-api/stream/snapshot | jq -r .data | base64 -d > abc.png`,
					'',
				];
	return ['livestill is ready. Ctrl-C ends it.', '', ...list, '', ...example].join('\n');
};

if (process.argv.includes('--print-config')) {
	// Not above: whoever presses Ctrl-C at once should not have to wait for what only this needs.
	const { printConfig } = await import('./print-config.ts');
	process.exit(printConfig(process.env));
}

console.log('livestill is starting ...');
const stack = launchStack({ env: process.env });

let asked = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
	process.on(signal, () => {
		// The second time somebody is in a hurry; `launch.ts` kills what is left when this process exits.
		if (asked) process.exit(130);
		asked = true;
		console.log('livestill is stopping ...');
		void stack.stop();
	});

try {
	const ready = await stack.ready;
	if (!asked) console.log(banner(ready));
} catch (error) {
	if (!(error instanceof LaunchError)) throw error;
	if (!asked) console.error(error.message);
}
const code = await stack.ended;
if (!asked && code === 0) console.error('The stack ended by itself.');
process.exit(asked ? 0 : code || 1);
