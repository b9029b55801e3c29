import {execFileSync} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {runToEnd, type Ended} from './launch.js';

/** Why this part cannot be run here, as a sentence. */
export const whyNoUsers = (): string | undefined => {
	if (process.platform !== 'linux' || process.getuid?.() !== 0) {
		return 'only root on Linux can make users';
	}

	try {
		execFileSync('useradd', ['--help'], {stdio: 'ignore'});
		execFileSync('userdel', ['--help'], {stdio: 'ignore'});
		return undefined;
	} catch {
		return 'there is no useradd';
	}
};

/** A user of the system, or root, with a home of its own. */
export type User = {
	readonly name: string;
	readonly uid: number;
	readonly home: string;
	readonly outputs: string;
	readonly run: (words: readonly string[], options?: {readonly env?: Readonly<Record<string, string>>; readonly input?: string}) => Promise<Ended>;
	/** Does something with the rights of this user that is no command of the program. */
	readonly shell: (script: string, ...args: readonly string[]) => void;
};

export type Accounts = {
	/** Two users, and root as the last. */
	readonly uids: readonly [number, number, number];
	readonly names: readonly [string, string, string];
	readonly remove: () => void;
};

/** Makes two users of the system. @throws if it does not let us */
export const makeAccounts = (): Accounts => {
	const made: string[] = [];
	const remove = (): void => {
		for (const name of made.splice(0)) {
			try {
				execFileSync('userdel', [name], {stdio: 'ignore'});
			} catch (error) {
				process.stderr.write(`the user ${name} could not be removed: ${String(error)}\n`);
			}
		}
	};

	try {
		const random = randomBytes(4).toString('hex');
		const uids = ['a', 'b'].map(letter => {
			const name = `sojourn-test-${letter}-${random}`;
			execFileSync('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', name], {stdio: 'pipe'});
			made.push(name);
			return Number(execFileSync('id', ['-u', name], {encoding: 'utf8'}));
		}) as [number, number];
		return {uids: [...uids, 0], names: [made[0]!, made[1]!, 'root'], remove};
	} catch (error) {
		remove();
		throw error;
	}
};

/** Puts Node and the program where every user can run them. */
export const installProgram = (folder: string, program: string): readonly [string, string] => {
	const node = path.join(folder, 'node');
	try {
		fs.linkSync(process.execPath, node);
	} catch {
		fs.copyFileSync(process.execPath, node, fs.constants.COPYFILE_FICLONE);
	}

	execFileSync('chmod', ['-R', 'a+rX', path.dirname(program)]);
	return [node, program];
};

/** An outputs directory of everybody's, and three who use it. */
export type Place = {
	readonly base: string;
	readonly outputs: string;
	readonly users: readonly [User, User, User];
};

/** Makes a place in `base`, which everybody may pass through. */
export const makePlace = (base: string, command: readonly string[], {uids, names}: Accounts): Place => {
	const outputs = path.join(base, 'outputs');
	fs.mkdirSync(outputs, {recursive: true});
	fs.chmodSync(base, 0o755);
	fs.chmodSync(outputs, 0o1777);
	const users = uids.map((uid, number): User => {
		const home = path.join(base, `home${number}`);
		fs.mkdirSync(home, {mode: 0o700});
		fs.chownSync(home, uid, uid);
		const env = {
			PATH: process.env['PATH'] ?? '', HOME: home, SOJOURN_OUTPUTS: outputs, NODE_DISABLE_COMPILE_CACHE: '1', TZ: 'UTC', LANG: 'C.UTF-8',
		};
		return {
			name: names[number]!, uid, home, outputs,
			run: async (words, options = {}) => runToEnd([...command, ...words], {cwd: home, env: {...env, ...options.env}, uid, input: options.input ?? ''}),
			shell(script, ...args) {
				execFileSync('/bin/sh', ['-ec', script, 'sh', ...args], {cwd: home, env, uid, gid: uid, stdio: 'pipe'});
			},
		};
	}) as [User, User, User];
	return {base, outputs, users};
};

