/**
 * The programs that tests talk to. What is missing is installed from the distribution where that is possible (Debian
 * or Ubuntu, as root); otherwise it is said which tests cannot run, and where `CI` is set that is a failure.
 */
import { readFileSync } from 'node:fs';
import { logs, succeeds } from './run.ts';

interface Peer {
	readonly name: string;
	readonly isThere: () => boolean;
	/** Debian packages. */
	readonly packages: readonly string[];
	/** What cannot be tested without it. */
	readonly loss: string;
}

const inspects = (element: string): boolean => succeeds('gst-inspect-1.0', [element]);

const peers: readonly Peer[] = [
	{
		name: 'ffmpeg',
		isThere: () => succeeds('ffmpeg', ['-version']) && succeeds('ffprobe', ['-version']),
		packages: ['ffmpeg'],
		loss: 'publishing with ffmpeg, pictures and PNG compared with libavcodec',
	},
	{
		name: 'GStreamer',
		isThere: () =>
			succeeds('gst-launch-1.0', ['--version']) && ['rtmp2sink', 'x264enc', 'flvmux', 'h264parse'].every(inspects),
		packages: ['tools', 'plugins-base', 'plugins-good', 'plugins-bad', 'plugins-ugly'].map(
			(name) => `gstreamer1.0-${name}`,
		),
		loss: 'publishing with GStreamer',
	},
	{
		name: 'GStreamer for RTSP',
		isThere: () => ['rtspclientsink', 'x265enc'].every(inspects),
		packages: ['gstreamer1.0-rtsp', 'gstreamer1.0-plugins-bad'],
		loss: 'publishing over RTSP with GStreamer',
	},
	{
		name: 'gst-rtsp-server',
		isThere: () =>
			succeeds('/usr/bin/python3', ['-c', "import gi; gi.require_version('GstRtspServer', '1.0')"]) &&
			['x265enc', 'vp8enc', 'rtph265pay'].every(inspects),
		packages: ['gir1.2-gst-rtsp-server-1.0', 'python3-gi', 'gstreamer1.0-plugins-bad'],
		loss: 'pulling from cameras',
	},
	{
		name: 'VLC',
		isThere: () => succeeds('which', ['cvlc']),
		packages: ['vlc-bin', 'vlc-plugin-base'],
		loss: 'pulling from cameras that know UDP only',
	},
	{
		name: 'Chromium',
		isThere: () => ['chromium', 'chromium-browser', 'google-chrome'].some((name) => succeeds(name, ['--version'])),
		packages: ['chromium'],
		loss: 'publishing and playing in a browser',
	},
	{
		name: 'coturn',
		isThere: () => succeeds('turnserver', ['--version']),
		packages: ['coturn'],
		loss: 'media by way of a TURN server',
	},
	{
		name: 'Ceph',
		isThere: () => ['radosgw', 'ceph-mon', 'ceph-osd', 'ceph'].every((name) => succeeds(name, ['--version'])),
		packages: ['radosgw', 'ceph-mon', 'ceph-osd', 'ceph-common'],
		loss: 'object storage over S3',
	},
	{
		name: 'systemd-analyze',
		isThere: () => succeeds('systemd-analyze', ['--version']),
		packages: ['systemd'],
		loss: 'the systemd unit',
	},
	{
		name: 'promtool',
		isThere: () => succeeds('promtool', ['--version']),
		packages: ['prometheus'],
		loss: 'alert rules',
	},
	{
		name: 'aiortc',
		isThere: () => succeeds('/usr/bin/python3', ['-c', 'import aiortc, numpy']),
		packages: ['python3-aiortc', 'python3-numpy'],
		loss: 'WHIP and WHEP with a second implementation',
	},
];

const missing = (): Peer[] => peers.filter(({ isThere }) => !isThere());

const canInstall = (): boolean => process.getuid?.() === 0 && succeeds('apt-get', ['--version']);

// The lists of a fresh container are empty; those of an old one name packages that are gone. One process for both: the
// second goes on while this one is busy.
const install = 'apt-get update -q && apt-get install -y -q --no-install-recommends "$@"';

/**
 * Makes the peers available as far as possible; meanwhile the caller may do something else, even without a pause.
 * Resolves to whether the tests may run: all peers are there, or `CI` is not set.
 *
 * @param log file for what the package manager says
 */
export const preparePeers = async (log: string): Promise<boolean> => {
	const wanted = missing();
	if (wanted.length === 0) return true;
	if (canInstall()) {
		console.log(`installing ${wanted.map(({ name }) => name).join(' and ')} from the distribution: ${log}`);
		const packages = wanted.flatMap((peer) => peer.packages);
		const isInstalled = await logs('sh', ['-c', install, 'sh', ...packages], log, {
			DEBIAN_FRONTEND: 'noninteractive',
		});
		if (!isInstalled) console.error(readFileSync(log, 'utf8'));
	}
	const lost = missing();
	for (const { name, packages, loss } of lost)
		console.error(
			`\n!!! ${name} is not installed. Not tested: ${loss}.\n!!! As root: apt-get install ${packages.join(' ')}\n`,
		);
	if (lost.length === 0) return true;
	if (process.env.CI) console.error('!!! CI is set: a run without all peers fails.');
	return !process.env.CI;
};
