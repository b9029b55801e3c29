import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {openOutputsDirectory} from '../../source/outputs/local/directory.js';
import {localOutputs} from '../../source/outputs/local/local.js';
import {localSweeper} from '../../source/outputs/local/sweeper.js';
import type {Outputs} from '../../source/outputs/outputs.js';
import {sweep, type SweepReport} from '../../source/outputs/sweep.js';
import type {Sweeper} from '../../source/outputs/sweeper.js';
import type {Policy} from '../../source/session/expiry.js';
import type {Scale} from './row.js';

export const self = process.getuid?.() ?? 0;

export const isRoot = self === 0;

/** A user and group that nobody has. */
export const stranger = 12_345;

export const hour = 3_600_000;

/** Makes a folder to work in. The short version, part of every test run, waits for no disk where there is a folder in memory; the full one runs where `TMPDIR` says. */
export const temporaryBase = async (scale: Scale, name: string): Promise<string> => {
	const memory = '/dev/shm';
	const isInMemory = scale === 'short' && await fs.promises.access(memory, fs.constants.W_OK).then(() => true).catch(() => false);
	const base = await fs.promises.mkdtemp(path.join(await fs.promises.realpath(isInMemory ? memory : os.tmpdir()), `sojourn-${name}-`));
	await fs.promises.chmod(base, 0o755);
	return base;
};

export type Store = {
	readonly outputs: Outputs;
	readonly sweeper: Sweeper;
};

/** Does something with a store as another process would have it. The one place of this folder that knows how a store is built. */
export const withStore = async <T>(directory: string, uid: number, action: (store: Store) => Promise<T>): Promise<T> => {
	const opened = (await openOutputsDirectory(directory, {uid, home: '/nonexistent'}, {isNamed: true, mayCreate: false}))!;
	try {
		return await action({outputs: localOutputs(opened.root, opened.directory, uid), sweeper: localSweeper(opened, uid, {clock: 'believed'})});
	} finally {
		await opened.root.close();
	}
};

/** Does something with the rights of another user. Only root can, and nothing else may run meanwhile. */
export const asUser = async <T>(uid: number, action: () => Promise<T>): Promise<T> => {
	if (uid === self) {
		return action();
	}

	process.setegid!(uid);
	process.seteuid!(uid);
	try {
		return await action();
	} finally {
		process.seteuid!(0);
		process.setegid!(0);
	}
};

/** One sweep of a user's own sessions, with that user's rights. `change` puts something in between, for the controls. */
export const sweepAs = async (directory: string, uid: number, policy: Policy, change: (store: Store) => Store = store => store): Promise<SweepReport> =>
	asUser(uid, async () => withStore(directory, uid, async store => {
		const {outputs, sweeper} = change(store);
		return sweep(outputs, sweeper, {viewer: {uid}, policy});
	}));
