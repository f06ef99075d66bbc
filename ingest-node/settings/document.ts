/** `docs/configuration.md`, made of the schema. */
import { type About, about } from './about.ts';
import { type SettingName, schema } from './schema-tables.ts';

const introduction = `# Configuration

<!-- Made by \`npm run docs\` of ingest-node/settings/schema-tables.ts. Do not edit. -->

Settings come from environment variables or from a YAML file that \`CONFIG_FILE\` names; a variable goes before the file. The file has the same
names, in small letters if you like, and lists may be lists:

\`\`\`yaml
rtmp_port: 1935
announced_address: [203.0.113.1, "2001:db8::1"]
push_interval: 10s
\`\`\`

\`npm start\` and \`npm run ingest\` read them once, report everything that is wrong at the same time, and start only when nothing is.
\`npm start -- --print-config\` and \`npm run ingest -- --print-config\` show what holds, without secrets, and start nothing.

- Ports: a number, \`0\` for off, \`auto\` for any free one.
- Durations: seconds, or a number with \`ms\`, \`s\`, \`m\`, \`h\` or \`d\`.
- Lists: separated by blanks or commas.
- Secrets (marked 🔒) are never logged or shown. Keys and the operator's token have 32 to 256 printable ASCII characters: \`openssl rand -hex 32\`.

A deployed Worker has variables and secrets of its own (\`wrangler.toml\`, \`wrangler secret put\`): \`CONTROL_KEY\`, \`OPERATOR_TOKEN\` and those
under "The edge".
`;

const row = ([name, { meaning, normal, isSecret }]: readonly [string, About]): string =>
	`| \`${name}\`${isSecret === true ? ' 🔒' : ''} | ${normal} | ${meaning} |`;

/** The whole document. */
export const settingsDocument = (): string => {
	const groups = new Map<string, (readonly [string, About])[]>();
	for (const name of Object.keys(schema.shape) as SettingName[]) {
		const info = about.get(schema.shape[name]);
		if (info === undefined) throw new Error(`${name} is not described`);
		groups.set(info.group, [...(groups.get(info.group) ?? []), [name, info]]);
	}
	const sections = [...groups].map(
		([group, entries]) => `## ${group}\n\n| Variable | Default | |\n|---|---|---|\n${entries.map(row).join('\n')}\n`,
	);
	return [introduction, ...sections].join('\n');
};
