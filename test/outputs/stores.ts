import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {onTestFinished} from 'vitest';
import {openOutputsDirectory} from '../../source/outputs/local/directory.js';
import {localOutputs} from '../../source/outputs/local/local.js';
import {localSweeper} from '../../source/outputs/local/sweeper.js';
import type {Outputs} from '../../source/outputs/outputs.js';
import type {Sweeper} from '../../source/outputs/sweeper.js';
import {temporaryFolder} from '../helpers/folders.js';

export const hour = 3_600_000;

export const self = process.getuid?.() ?? 0;

/** A session id that is told by its first digits. */
export const idOf = (number: number): string => `${number.toString(16).padStart(8, '0')}-1111-4111-8111-111111111111`;

export const markerText = (id: string, fields: Readonly<Record<string, unknown>> = {}): string => JSON.stringify({
	version: 1, id, createdAt: '2020-01-01T00:00:00.000Z', lastActiveAt: '2020-01-01T00:00:00.000Z', ...fields,
});

export type Store = {
	readonly outputs: Outputs;
	readonly sweeper: Sweeper;
	/** The outputs directory, absolute. */
	readonly directory: string;
	/** The folder that holds it, for what must not be touched. */
	readonly base: string;
	/** Another process's view of the same directory. */
	readonly again: () => Promise<Store>;
};

const openIn = async (base: string, uid: number): Promise<Store> => {
	const directory = path.join(base, 'outputs');
	const opened = (await openOutputsDirectory(directory, {uid, home: '/nonexistent'}, {isNamed: true, mayCreate: true}))!;
	onTestFinished(async () => {
		await opened.root.close();
	});
	return {
		base,
		directory,
		outputs: localOutputs(opened.root, opened.directory, uid),
		sweeper: localSweeper(opened, uid, {clock: 'believed'}),
		again: async () => openIn(base, uid),
	};
};

/** An outputs directory in a temporary folder. */
export const openStore = async (uid = self): Promise<Store> => openIn(await temporaryFolder(), uid);

/** Makes a session as another program might: its folders, files, and a marker if it is given. */
export const plantSession = (directory: string, id: string, marker?: string): string => {
	const place = path.join(directory, id);
	fs.mkdirSync(place, {mode: 0o700});
	for (const part of ['single', 'bulk']) {
		fs.mkdirSync(path.join(place, part), {mode: 0o700});
	}

	if (marker !== undefined) {
		fs.writeFileSync(path.join(place, '.session.json'), marker, {mode: 0o600});
	}

	return place;
};
