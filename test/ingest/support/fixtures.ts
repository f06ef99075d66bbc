import { readFileSync } from 'node:fs';

/** A file of `test/fixtures`. */
export const fixture = (name: string): Uint8Array =>
	new Uint8Array(readFileSync(new URL(`../../fixtures/${name}`, import.meta.url)));

/** Captures of real publishers with what is known of them; see `test/fixtures/rtmp/CREDITS.md`. */
export const captures = [
	{ file: 'rtmp/ffmpeg51-aac.rtmp', name: 'cap-ffmpeg51', query: 'key=example', codec: 'h264' },
	{ file: 'rtmp/gstreamer122-rtmp2sink.rtmp', name: 'cap-gst', query: '', codec: 'h264' },
	{ file: 'rtmp/gstreamer122-rtmpsink.rtmp', name: 'cap-librtmp', query: '', codec: 'h264' },
	{ file: 'rtmp/ffmpeg81-h264.rtmp', name: 'cap-h264', query: '', codec: 'h264' },
	{ file: 'rtmp/ffmpeg81-hevc.rtmp', name: 'cap-hevc', query: '', codec: 'hevc' },
	{ file: 'rtmp/ffmpeg81-vp9.rtmp', name: 'cap-vp9', query: '', codec: 'vp9' },
	{ file: 'rtmp/ffmpeg81-av1.rtmp', name: 'cap-av1', query: '', codec: 'av1' },
] as const;
