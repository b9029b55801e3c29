import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {cleanEnvironment} from '../../helpers/terminal.js';

/** What a part of the campaign has come to. */
export type Tally = {
	readonly part: string;
	readonly runs: number;
	/** How often what the part is about was seen to happen. */
	readonly struck: number;
	readonly problems: readonly string[];
};

export type Ended = {readonly code: number | undefined; readonly signal: NodeJS.Signals | undefined; readonly stderr: string; readonly milliseconds: number};

/** A place with a session to export from, and a folder to export to. */
export type Stage = {
	readonly base: string;
	readonly outputs: string;
	readonly session: string;
	readonly exports: string;
	/** Starts the built program; `before` are words in front of it. */
	readonly start: (args: readonly string[], options?: {readonly env?: Readonly<Record<string, string>>; readonly before?: readonly string[]; readonly stdout?: string}) => {readonly ended: Promise<Ended>; readonly kill: (signal: NodeJS.Signals) => void};
	readonly clear: () => void;
	readonly close: () => void;
};

const id = '11111111-2222-4333-8444-555555555555';

const program = path.resolve(import.meta.dirname, '../../../dist/bin.cjs');

export const createStage = (): Stage => {
	const base = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'sojourn-campaign-'));
	const [outputs, exports, home] = ['outputs', 'exports', 'home'].map(name => path.join(base, name)) as [string, string, string];
	const session = path.join(outputs, id);
	const clear = (): void => {
		for (const folder of [outputs, exports, home]) {
			fs.rmSync(folder, {recursive: true, force: true});
			fs.mkdirSync(folder, {recursive: true});
		}

		for (const part of ['single', 'bulk']) {
			fs.mkdirSync(path.join(session, part), {recursive: true});
		}
	};

	clear();
	return {
		base,
		outputs,
		session,
		exports,
		start(args, {env = {}, before = [], stdout} = {}) {
			const started = performance.now();
			const out = stdout === undefined ? 'ignore' : fs.openSync(stdout, 'w');
			const words = [...before, process.execPath, program, 'export', ...args, '--outputs', outputs, '--session', id];
			const child = spawn(words[0]!, words.slice(1), {cwd: base, env: {...cleanEnvironment(home), ...env}, stdio: ['ignore', out, 'pipe'], detached: true});
			if (typeof out === 'number') {
				fs.closeSync(out);
			}

			let stderr = '';
			child.stderr!.setEncoding('utf8').on('data', (text: string) => {
				stderr += text;
			});
			const end = async (): Promise<Ended> => {
				const [code, signal] = await once(child, 'close') as [number | null, NodeJS.Signals | null];
				return {code: code ?? undefined, signal: signal ?? undefined, stderr, milliseconds: performance.now() - started};
			};

			return {
				ended: end(),
				kill(signal) {
					try {
						process.kill(-child.pid!, signal);
					} catch {
						// It has ended.
					}
				},
			};
		},
		clear,
		close() {
			fs.rmSync(base, {recursive: true, force: true});
		},
	};
};
