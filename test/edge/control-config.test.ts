import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/env.ts';
import { callUrl, parseHostRule } from '../../src/store/node-url.ts';

describe('variables of the Worker', () => {
	test('switch calls to ingest nodes on', () => {
		const key = 'k'.repeat(32);
		const env = { CONTROL_KEY: key, CONTROL_HOSTS: 'a.example', SNAPSHOT_MAX_AGE: '2.5' };
		expect(readConfig(env)).toMatchObject({ controlKey: key, controlHosts: 'a.example', refreshAge: 2500 });
		expect(readConfig({ SNAPSHOT_MAX_AGE: '0' }).refreshAge).toBe(0);
	});

	test('that make no sense count as not set', () => {
		const none = { controlKey: undefined, refreshAge: undefined };
		for (const CONTROL_KEY of ['', 'short', `${'k'.repeat(32)} `])
			expect(readConfig({ CONTROL_KEY })).toMatchObject(none);
		for (const SNAPSHOT_MAX_AGE of ['', '-1', '1s', '1e3', 'Infinity'])
			expect(readConfig({ SNAPSHOT_MAX_AGE })).toMatchObject(none);
	});
});

describe('the URL of a control call', () => {
	const any = parseHostRule(undefined);

	test.each([
		['http://127.0.0.1:8082', 'http://127.0.0.1:8082/control/keyframe'],
		['https://node-1.example', 'https://node-1.example/control/keyframe'],
		['https://proxy.example/nodes/1/', 'https://proxy.example/nodes/1/control/keyframe'],
		['http://[::1]:8082', 'http://[::1]:8082/control/keyframe'],
		['', null],
		['node-1.example', null],
		['//node-1.example', null],
		['file:///etc/passwd', null],
		['javascript:alert(1)', null],
		['ws://node-1.example', null],
		['https://user:password@node-1.example', null],
		['https://node-1.example/?a=', null],
		['https://node-1.example/#/other', null],
	])('%s: %s', (node, url) => {
		expect(callUrl(node, any)).toBe(url);
	});

	test('leads to the hosts of the list only', () => {
		const listed = parseHostRule(' Node-1.example, *.nodes.example,127.0.0.1 ,');
		const leads = (node: string): boolean => callUrl(node, listed) !== null;
		for (const host of [
			'node-1.example',
			'NODE-1.example:99',
			'a.nodes.example',
			'a.b.nodes.example',
			'127.0.0.1:8082',
		])
			expect(leads(`http://${host}`)).toBe(true);
		for (const host of [
			'node-2.example',
			'nodes.example',
			'badnodes.example',
			'a.nodes.example.org',
			'127.0.0.2',
			'x@y',
		])
			expect(leads(`http://${host}`)).toBe(false);
		// Other spellings of one address are one host.
		expect(leads('http://0x7f.1')).toBe(true);
	});
});
