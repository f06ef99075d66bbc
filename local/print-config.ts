/** `npm start -- --print-config`: what the settings come to, without secrets. */
import { ConfigError } from '../ingest-node/settings/config-error.ts';
import { withSettingsFile } from '../ingest-node/settings/file.ts';
import { type Environment, printSettings } from '../ingest-node/settings/read.ts';
import { readConfig } from './config.ts';

/** Prints to standard output, or what is wrong to standard error. Returns the exit code. */
export const printConfig = (variables: Environment): number => {
	try {
		const environment = withSettingsFile(variables);
		readConfig(environment);
		process.stdout.write(printSettings(environment));
		return 0;
	} catch (error) {
		if (!(error instanceof ConfigError)) throw error;
		console.error(error.message);
		return 1;
	}
};
