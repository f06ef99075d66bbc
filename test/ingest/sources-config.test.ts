import { describe, expect, test } from 'vitest';
import { readConfig } from '../../ingest-node/config.ts';

const read = (env: Record<string, string>, file = '') => readConfig(env, () => Buffer.from(file)).sources;

const problems = (env: Record<string, string>, file?: string): string => {
	try {
		read(env, file);
		return '';
	} catch (error) {
		return (error as Error).message;
	}
};

describe('RTSP_SOURCES', () => {
	test('is nothing, an array, or a file with one', () => {
		expect(read({}).sources).toEqual([]);
		const entries =
			'["rtsp://u:p@cam/a", {"uri": "rtsp://cam/b", "streamName": "b", "onDemand": true, "transport": "udp"}]';
		const expected = [
			{ name: 'rtsp://cam/a', isOnDemand: false, transport: 'tcp', isTrusted: true },
			{ name: 'b', isOnDemand: true, transport: 'udp', anyCertificate: false },
		];
		expect(read({ RTSP_SOURCES: entries }).sources).toMatchObject(expected);
		expect(read({ RTSP_SOURCES: 'cameras.json' }, entries).sources).toMatchObject(expected);
	});

	test.each([
		['[', 'RTSP_SOURCES: it is not JSON'],
		['["rtsp://u:secret@cam/a"', 'RTSP_SOURCES: it is not JSON'],
		['[1]', 'entry 1: a source is a URI or an object'],
		['["rtsp://cam/a", "http://cam"]', 'entry 2: Bad URI'],
		['["rtsp://cam/a", "rtsp://u@cam/a"]', 'entry 2: its name or URI is there already'],
		['["rtsp://cam/a", {"uri": "rtsp://cam/b", "streamName": "rtsp://cam/a"}]', 'entry 2: its name'],
		['[{"uri": "rtsp://cam/a", "transport": "http"}]', 'entry 1: transport'],
		['[{"uri": "rtsp://cam/a", "onDemand": "yes"}]', 'entry 1: onDemand'],
		['[{"uri": "rtsp://cam/a", "streamName": "../x"}]', 'entry 1: stream name'],
		['[{}]', 'entry 1: uri is missing'],
	])('%s is refused', (text, problem) => {
		expect(problems({ RTSP_SOURCES: text })).toContain(problem);
		expect(problems({ RTSP_SOURCES: text })).not.toContain('secret');
	});

	test('of a file that is none is refused', () => {
		expect(problems({ RTSP_SOURCES: 'cameras.json' }, '{"uri": "rtsp://cam"}')).toContain('is not a list');
	});
});

test('the rule and the idle time are checked', () => {
	expect(read({}).rule.allows('10.0.0.1', ['10.0.0.1'])).toBe(false);
	expect(read({ RTSP_PULL_ALLOW: '10.0.0.0/8' }).rule.allows('10.0.0.1', ['10.0.0.1'])).toBe(true);
	expect(problems({ RTSP_PULL_ALLOW: '10.0.0.0/99' })).toContain('RTSP_PULL_ALLOW');
	expect(read({ RTSP_IDLE_TIMEOUT: '5m' }).idleTimeout).toBe(300_000);
	expect(problems({ RTSP_IDLE_TIMEOUT: 'soon' })).toContain('RTSP_IDLE_TIMEOUT');
});
