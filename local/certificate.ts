/** The certificate of the local HTTPS port when none is given: self-signed, made once, kept under `DATA_DIR`. */
import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** Names of two PEM files. */
export interface CertificateFiles {
	readonly certFile: string;
	readonly keyFile: string;
}

const day = 86_400_000;
// Browsers refuse certificates that are valid for longer than 825 days.
const validDays = 800;

const isUsable = async (file: string): Promise<boolean> => {
	try {
		const { validToDate } = new X509Certificate(await readFile(file));
		return validToDate.getTime() - Date.now() > 7 * day;
	} catch {
		return false;
	}
};

const altNames = () => {
	const addresses = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
	// Link-local addresses carry a zone, which no certificate can name.
	const ips = new Set(['127.0.0.1', '::1', ...addresses.filter((address) => !address.startsWith('fe80:'))]);
	const names = new Set(['localhost', hostname()]);
	return [
		...[...names].map((value) => ({ type: 2 as const, value })),
		...[...ips].map((ip) => ({ type: 7 as const, ip })),
	];
};

const make = (): Promise<{ private: string; cert: string }> =>
	generate([{ name: 'commonName', value: 'livestill on this machine' }], {
		keyType: 'ec',
		curve: 'P-256',
		algorithm: 'sha256',
		// A day in the past, for clients whose clock is behind.
		notBeforeDate: new Date(Date.now() - day),
		notAfterDate: new Date(Date.now() + validDays * day),
		extensions: [
			{ name: 'basicConstraints', cA: false, critical: true },
			{ name: 'keyUsage', digitalSignature: true, critical: true },
			{ name: 'extKeyUsage', serverAuth: true },
			{ name: 'subjectAltName', altNames: altNames() },
		],
	});

/** The files of a certificate that is valid for a week at least; makes them when there are none. */
export const ensureCertificate = async (dataDir: string): Promise<CertificateFiles> => {
	const folder = join(dataDir, 'tls');
	const files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
	if (await isUsable(files.certFile)) return files;
	await mkdir(folder, { recursive: true, mode: 0o700 });
	const made = await make();
	// Nobody but the owner may read the key at any moment; the certificate comes last and says that both are there.
	for (const [file, text] of [
		[files.keyFile, made.private],
		[files.certFile, made.cert],
	] as const) {
		await writeFile(`${file}.new`, text, { mode: 0o600 });
		await rename(`${file}.new`, file);
	}
	return files;
};
