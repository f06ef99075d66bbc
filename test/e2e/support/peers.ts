/** The programs of other people that these tests need. */
import { spawnSync } from 'node:child_process';
import { findChromium } from './browser.ts';

const runs = (program: string, ...args: string[]): boolean =>
	spawnSync(program, args, { stdio: 'ignore' }).status === 0;

const peers = {
	ffmpeg: () => runs('ffmpeg', '-version'),
	gstreamer: () => runs('gst-inspect-1.0', 'rtmp2sink') && runs('gst-inspect-1.0', 'x264enc'),
	coturn: () => runs('turnserver', '--version'),
	rtspclientsink: () => runs('gst-inspect-1.0', 'rtspclientsink') && runs('gst-inspect-1.0', 'x265enc'),
	chromium: () => findChromium() !== null,
	'gst-rtsp-server': () =>
		runs('/usr/bin/python3', '-c', "import gi; gi.require_version('GstRtspServer', '1.0')") &&
		runs('gst-inspect-1.0', 'x265enc'),
	vlc: () => runs('which', 'cvlc'),
	// Debian's own Python has Debian's packages, whatever else is in the PATH.
	aiortc: () => runs('/usr/bin/python3', '-c', 'import aiortc, numpy'),
} as const;

/**
 * Whether tests of this peer have to be skipped: it is not installed. Says so where nobody can overlook it.
 *
 * @throws Error where `CI` is set: there they have to run
 */
export const isMissing = (peer: keyof typeof peers): boolean => {
	if (peers[peer]()) return false;
	if (process.env.CI) throw new Error(`${peer} is not installed, and CI is set: its tests have to run`);
	console.warn(`\n!!! ${peer} is not installed: its tests are SKIPPED !!!\n`);
	return true;
};
