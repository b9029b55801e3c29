import {spawn} from 'node:child_process';
import {onTestFinished} from 'vitest';

/** Locks a directory as another program would, until the test ends. @returns what lets it go */
export const lockByFlock = async (place: string, mode: '-s' | '-x' = '-s'): Promise<() => Promise<void>> => {
	const child = spawn('flock', [mode, place, 'sh', '-c', 'echo ready; read line'], {stdio: ['pipe', 'pipe', 'inherit']});
	const closed = Promise.withResolvers<void>();
	child.once('close', () => {
		closed.resolve();
	});
	onTestFinished(() => {
		child.kill('SIGKILL');
	});
	const ready = Promise.withResolvers<void>();
	child.stdout.once('data', () => {
		ready.resolve();
	});
	await ready.promise;
	return async () => {
		child.stdin.end('\n');
		await closed.promise;
	};
};
