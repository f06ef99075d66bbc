/** A forked process that takes orders, one after the other, and answers each. */
import { fork } from 'node:child_process';

export interface LoadProcess<Order extends object, Report> {
	readonly pid: number;
	/** @throws Error what went wrong there */
	order(order: Order): Promise<Report>;
	stop(): void;
}

/** @param name of a file of this folder */
export const startLoadProcess = <Order extends object, Report>(name: string): LoadProcess<Order, Report> => {
	const child = fork(new URL(name, import.meta.url), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
	const ended = new Promise<never>((_, reject) => {
		child.once('exit', (code, signal) => reject(new Error(`${name} ended: ${signal ?? code}`)));
	});
	ended.catch(() => {});
	return {
		pid: child.pid ?? 0,
		order: (order) =>
			Promise.race([
				new Promise<Report>((resolve, reject) => {
					child.once('message', (answer: Report & { error?: string }) =>
						answer.error === undefined ? resolve(answer) : reject(new Error(answer.error)),
					);
					child.send(order);
				}),
				ended,
			]),
		stop: () => {
			if (child.connected) child.disconnect();
		},
	};
};
