import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {copyProgram} from './launch.js';
import {createRandom, type Random} from './random.js';
import type {Row, Scale} from './row.js';
import {tryForged, tryPlanted} from './users-planted.js';
import {tryKeeps} from './users-keeps.js';
import {tryCommands} from './users-random.js';
import {tryReferences} from './users-references.js';
import {trySweeps} from './users-sweeps.js';
import {installProgram, makeAccounts, makePlace, type Place} from './users-system.js';
import {blame, emptyTally, rowOf, type Tally} from './users-tally.js';

type Kind = {
	readonly what: string;
	/** How many places are made for it, each with a seed of its own. */
	readonly places: Readonly<Record<Scale, number>>;
	readonly attempt: (place: Place, random: Random, name: string, number: number, tally: Tally) => Promise<void>;
};

const kinds = (scale: Scale): readonly Kind[] => [
	{what: 'references to another user\'s sessions', places: {short: 1, full: 8}, attempt: async (place, random, name, _, tally) => tryReferences(place, random, name, scale === 'short' ? 14 : 40, tally)},
	{what: 'random commands beside other users\' sessions', places: {short: 1, full: 8}, attempt: async (place, random, name, _, tally) => tryCommands(place, random, name, scale === 'short' ? 25 : 70, tally)},
	{what: 'root\'s keeps', places: {short: 1, full: 12}, attempt: async (place, random, name, _, tally) => tryKeeps(place, random, name, tally)},
	{what: 'planted control directories', places: {short: 2, full: 20}, attempt: tryPlanted},
	{what: 'forged keeps', places: {short: 1, full: 15}, attempt: tryForged},
	{what: 'sweeps of several users at once', places: {short: 1, full: 15}, attempt: async (place, random, name, _, tally) => trySweeps(place, random, name, tally)},
];

/**
Lets two users of the system and root use one outputs directory, with their real rights.

@param options.seed - of the first place of each kind; a problem names its own
@param options.dist - another build of the program
@param options.only - the beginning of the name of the one kind to try
@throws if the system makes no users: see `whyNoUsers`
*/
export const runUsers = async (
	scale: Scale,
	onRow?: (row: Row) => void,
	{dist, seed = 1, only = ''}: {readonly dist?: string | undefined; readonly seed?: number; readonly only?: string | undefined} = {},
): Promise<Row[]> => {
	const accounts = makeAccounts();
	const base = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'sojourn-users-'));
	const rows: Row[] = [];
	try {
		fs.chmodSync(base, 0o755);
		const command = installProgram(base, copyProgram(base, dist));
		const chosen = kinds(scale).filter(({what}) => what.startsWith(only));
		for (const {what, places, attempt} of chosen) {
			const tally = emptyTally();
			for (let number = 0; number < places[scale]; number++) {
				const folder = path.join(base, 'place');
				fs.mkdirSync(folder);
				const name = `seed ${seed + number}`;
				try {
					await attempt(makePlace(folder, command, accounts), createRandom(seed + number), name, number, tally);
				} catch (error) {
					blame(tally, `${name}: ${String(error)}`); // What is taken for granted is not so. The other places are tried all the same.
				}

				execFileSync('rm', ['-rf', folder]);
			}

			const row = rowOf(what, tally);
			rows.push(row);
			onRow?.(row);
		}
	} finally {
		accounts.remove();
		await fs.promises.rm(base, {recursive: true, force: true});
	}

	return rows;
};
