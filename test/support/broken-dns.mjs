// Loaded into a node (`--import`): `store.test` is this machine as long as the file WORKING_DNS is there; otherwise no name server
// knows it.
import dns from 'node:dns';
import { existsSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { lookup } = dns;
dns.lookup = (name, ...rest) => {
	const done = rest.at(-1);
	if (name !== 'store.test') return lookup(name, ...rest);
	if (existsSync(process.env.WORKING_DNS)) return lookup('127.0.0.1', ...rest);
	const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), {
		code: 'ENOTFOUND',
		syscall: 'getaddrinfo',
	});
	return process.nextTick(done, error);
};
syncBuiltinESMExports();
