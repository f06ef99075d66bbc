/** One line of workerd's log, as Miniflare hands it over. */
export interface WorkerdLog {
	readonly level: string;
	readonly message: string;
}

// What workerd says when a body is let go unread, which every cache hit does, or when a client hangs up.
const noise = /\bdisconnected: |^stack: /;

/** Prints what the Worker and workerd have to say, without the noise of closed streams. */
export const printWorkerdLog = ({ level, message }: WorkerdLog): void => {
	if (noise.test(message)) return;
	if (level === 'error' || level === 'warn') console.error(message);
	else console.log(message);
};
