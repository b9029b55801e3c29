import {Buffer} from 'node:buffer';
import {spawn, type ChildProcess} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {afterAll} from 'vitest';
import {temporaryFolder} from './folders.js';

/**
The built program in child processes, without a terminal.

It is copied first: another user may not be able to read the place where it was built.
*/

export type Ended = {
	readonly code: number | undefined;
	readonly signal: NodeJS.Signals | undefined;
	readonly stdout: string;
	readonly stderr: string;
	/** Standard output as it came. */
	readonly bytes: Uint8Array;
};

export type ProgramOptions = {
	readonly env?: Readonly<Record<string, string | undefined>> | undefined;
	readonly cwd?: string | undefined;
	/** What standard input delivers; nothing if absent. */
	readonly input?: string | Uint8Array | undefined;
	/** The user and group that it runs as, of which the caller must be root. */
	readonly uid?: number | undefined;
	readonly umask?: number | undefined;
	/** The version that Node pretends to have. */
	readonly nodeVersion?: string | undefined;
	/** How many files it may have open. */
	readonly openFiles?: number | undefined;
};

export type Program = {
	/** Runs it to its end. */
	readonly run: (args: readonly string[], options?: ProgramOptions) => Promise<Ended>;
	/** Starts it, standard input left open. */
	readonly start: (args: readonly string[], options?: ProgramOptions) => {readonly child: ChildProcess; readonly ended: Promise<Ended>};
	/** The copy of `dist`. */
	readonly folder: string;
};

// Rights are given up inside the child: another user may not be able to start this very Node.
const prepare = `
const {umask, uid, nodeVersion} = JSON.parse(process.env.TEST_PREPARE);
delete process.env.TEST_PREPARE;
if (umask !== undefined) {
	process.umask(umask);
}
if (uid !== undefined) {
	process.setgroups([]);
	process.setgid(uid);
	process.setuid(uid);
}
if (nodeVersion !== undefined) {
	Object.defineProperty(process, 'versions', {value: {...process.versions, node: nodeVersion}});
}
`;

/** The environment of a program whose home, and all that goes with it, is `home`. */
export const environmentOf = (home: string): Record<string, string> => ({
	PATH: process.env['PATH'] ?? '',
	HOME: home,
	XDG_DATA_HOME: `${home}/data`,
	XDG_CONFIG_HOME: `${home}/config`,
	XDG_STATE_HOME: `${home}/state`,
	XDG_CACHE_HOME: `${home}/cache`,
	NODE_DISABLE_COMPILE_CACHE: '1',
	TZ: 'UTC',
	LANG: 'C.UTF-8',
});

/** The program as `npm run build` has made it. Call at the top of a test file. */
export const openProgram = (): Program => {
	let made: string | undefined;
	// Made when the first test asks for it: where all are skipped, nothing is cleaned up.
	const copy = (): string => {
		if (made === undefined) {
			made = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'sojourn-program-'));
			fs.chmodSync(made, 0o755);
			fs.cpSync(path.join(import.meta.dirname, '../../dist'), made, {recursive: true});
			fs.writeFileSync(path.join(made, 'prepare.cjs'), prepare);
		}

		return made;
	};

	afterAll(() => {
		if (made !== undefined) {
			fs.rmSync(made, {recursive: true});
		}
	});

	const start: Program['start'] = (args, {env = {}, cwd = copy(), uid, umask, nodeVersion, openFiles} = {}) => {
		const node = [process.execPath, '--require', path.join(copy(), 'prepare.cjs'), path.join(copy(), 'bin.cjs'), ...args];
		const [file, ...rest] = openFiles === undefined ? node : ['sh', '-c', `ulimit -n ${openFiles}; exec "$@"`, 'sh', ...node];
		const child = spawn(file!, rest, {cwd, env: {...environmentOf('/nonexistent'), ...env, TEST_PREPARE: JSON.stringify({umask, uid, nodeVersion})}});
		const output: Buffer[] = [];
		const errors: Buffer[] = [];
		child.stdout.on('data', (data: Buffer) => {
			output.push(data);
		});
		child.stderr.on('data', (data: Buffer) => {
			errors.push(data);
		});
		child.stdin.on('error', () => undefined);
		const {promise, resolve, reject} = Promise.withResolvers<Ended>();
		child.on('error', reject);
		child.on('close', (code, signal) => {
			const bytes = Buffer.concat(output);
			resolve({
				code: code ?? undefined, signal: signal ?? undefined, stdout: bytes.toString(), stderr: Buffer.concat(errors).toString(), bytes,
			});
		});
		return {child, ended: promise};
	};

	return {
		get folder() {
			return copy();
		},
		start,
		async run(args, options = {}) {
			const {child, ended} = start(args, options);
			child.stdin!.end(options.input ?? '');
			return ended;
		},
	};
};

export type Home = {
	readonly home: string;
	/** An outputs directory that is named in the environment; it is not made. */
	readonly outputs: string;
	/** Runs the program with this home, in this home's folder `work`. */
	readonly run: Program['run'];
	readonly start: Program['start'];
	/** What it prints, parsed; fails if it ended with another code than 0. */
	readonly json: (args: readonly string[], options?: ProgramOptions) => Promise<unknown>;
	/** Starts a session. @returns its id */
	readonly session: (args?: readonly string[], options?: ProgramOptions) => Promise<string>;
	readonly work: string;
};

/** A user's home in `base`, with an outputs directory beside it. */
export const openHome = (program: Program, base: string, {name = 'home', uid}: {readonly name?: string; readonly uid?: number} = {}): Home => {
	const home = path.join(base, name);
	const work = path.join(home, 'work');
	const outputs = path.join(base, 'outputs');
	for (const folder of [home, work]) {
		fs.mkdirSync(folder);
		if (uid !== undefined) {
			fs.chownSync(folder, uid, uid);
		}
	}

	const env = {...environmentOf(home), SOJOURN_OUTPUTS: outputs};
	const complete = (options: ProgramOptions = {}): ProgramOptions => ({
		cwd: work, uid, ...options, env: {...env, ...options.env},
	});
	const run: Program['run'] = async (args, options) => program.run(args, complete(options));
	return {
		home,
		outputs,
		work,
		run,
		start: (args, options) => program.start(args, complete(options)),
		async json(args, options) {
			const {code, stdout, stderr} = await run([...args, '--json'], options);
			if (code !== 0) {
				throw new Error(`sojourn ${args.join(' ')} ended with ${code}: ${stderr}`);
			}

			return JSON.parse(stdout) as unknown;
		},
		async session(args, options) {
			const {code, stdout, stderr} = await run(['start', ...args ?? []], options);
			if (code !== 0) {
				throw new Error(`sojourn start ended with ${code}: ${stderr}`);
			}

			return stdout.trim();
		},
	};
};

/** A home in a temporary folder, with an empty outputs directory. */
export const openPlace = async (program: Program): Promise<Home> => {
	const home = openHome(program, await temporaryFolder());
	fs.mkdirSync(home.outputs, {mode: 0o700});
	return home;
};
