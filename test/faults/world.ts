import {Buffer} from 'node:buffer';
import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {readTree, type Tree} from './inspect.js';
import type {Scale} from './row.js';

/** A user's home, an outputs directory with sessions, and what is added and exported: all that one run is let loose on. */
export type World = {
	readonly base: string;
	readonly home: string;
	readonly outputs: string;
	readonly trash: string;
	/** Holds what is added: `notes.txt` and `photos`. */
	readonly work: string;
	readonly exports: string;
	/** Sessions that must be kept, by id, as they were made. The first is the one that is worked on. */
	readonly live: ReadonlyMap<string, Tree>;
	/** Sessions that the sweep removes. */
	readonly expired: ReadonlyMap<string, Tree>;
	readonly env: Readonly<Record<string, string>>;
};

export const idOf = (number: number): string => `${number.toString(16).padStart(8, '0')}-1111-4111-8111-111111111111`;

/** The session that is labelled, added to and exported from. */
export const target = idOf(1);

const hex = 'a'.repeat(24);

const made = new Map<string, Buffer>();

/** As if from a random source, but the same each time. */
const bytesOf = (length: number, seed: number): Buffer => {
	const key = `${length} ${seed}`;
	const known = made.get(key);
	if (known !== undefined) {
		return known;
	}

	const content = Buffer.alloc(length);
	let state = seed + 1;
	for (let index = 0; index < length; index++) {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		content[index] = state >>> 24;
	}

	made.set(key, content);
	return content;
};

const makeFolder = (place: string, mode = 0o700): void => {
	fs.mkdirSync(place, {recursive: true});
	fs.chmodSync(place, mode);
};

const makeFile = (place: string, content: string | Uint8Array, mode = 0o600): void => {
	makeFolder(path.dirname(place));
	fs.writeFileSync(place, content);
	fs.chmodSync(place, mode);
	fs.utimesSync(place, 1_700_000_000, 1_700_000_000.25);
};

const plantSession = (place: string, id: string, scale: Scale, keepUntil?: 'forever'): Tree => {
	makeFolder(path.join(place, 'single'));
	makeFolder(path.join(place, 'bulk'));
	makeFile(path.join(place, '.session.json'), JSON.stringify({version: 1, id, label: `old-${id.slice(0, 8)}`, createdAt: '2020-01-01T00:00:00.000Z', lastActiveAt: '2020-01-01T00:00:00.000Z', keepUntil}));
	makeFile(path.join(place, 'single/report.txt'), bytesOf(70_000, 1), 0o640);
	makeFile(path.join(place, 'bulk/batch/deep/data.bin'), bytesOf(300, 2), 0o700);
	if (scale === 'full') {
		for (let number = 0; number < 2; number++) {
			makeFile(path.join(place, `bulk/many/${number}/${number}.txt`), bytesOf(1000 * number, number));
			makeFile(path.join(place, `bulk/many/${number}/below/empty`), '');
		}

		makeFolder(path.join(place, 'bulk/empty'));
		// No export is without complaint where there is a link.
		if (keepUntil === undefined) {
			fs.symlinkSync('/etc/passwd', path.join(place, 'single/link'));
		}

		fs.chmodSync(path.join(place, 'bulk/many/0'), 0o500);
	}

	return readTree(place);
};

/**
@param isSwept - with sessions that have expired, and with what an interrupted sweep has left in the trash
*/
export const plantWorld = (base: string, scale: Scale, isSwept: boolean): World => {
	const [home, outputs, work, exports] = ['home', 'outputs', 'work', 'exports'].map(name => {
		const folder = path.join(base, name);
		makeFolder(folder);
		return folder;
	}) as [string, string, string, string];
	const trash = path.join(outputs, `.sojourn-${process.getuid!()}`, 'trash');
	const live = new Map<string, Tree>();
	const expired = new Map<string, Tree>();
	for (const number of [1, 2]) {
		live.set(idOf(number), plantSession(path.join(outputs, idOf(number)), idOf(number), scale, 'forever'));
	}

	if (isSwept) {
		makeFolder(path.dirname(trash));
		makeFolder(trash);
		for (let number = 0x10; number < 0x12; number++) {
			expired.set(idOf(number), plantSession(path.join(outputs, idOf(number)), idOf(number), scale));
		}

		live.set(idOf(3), plantSession(path.join(trash, `${idOf(3)}.${hex}`), idOf(3), scale, 'forever'));
		expired.set(idOf(0x20), plantSession(path.join(trash, `${idOf(0x20)}.${hex}`), idOf(0x20), scale));
		makeFile(path.join(trash, `purge.${hex}`, 'left/over.txt'), 'left');
	}

	makeFile(path.join(work, 'notes.txt'), bytesOf(1_200_000, 3));
	makeFile(path.join(work, 'photos/a/one.jpg'), bytesOf(5000, 4));
	if (scale === 'full') {
		makeFile(path.join(work, 'photos/a/two.sh'), bytesOf(2_500_000, 5), 0o755);
		makeFile(path.join(work, 'photos/b/empty'), '');
		makeFolder(path.join(work, 'photos/c'));
	}

	return {
		base, home, outputs, trash, work, exports, live, expired,
		env: {
			PATH: process.env['PATH'] ?? '',
			HOME: home,
			XDG_DATA_HOME: `${home}/data`,
			XDG_CONFIG_HOME: `${home}/config`,
			XDG_STATE_HOME: `${home}/state`,
			XDG_CACHE_HOME: `${home}/cache`,
			SOJOURN_OUTPUTS: outputs,
			NODE_DISABLE_COMPILE_CACHE: '1',
			UV_THREADPOOL_SIZE: '1',
			TZ: 'UTC',
			LANG: 'C.UTF-8',
		},
	};
};

/** Removes a folder with all that runs have left in it. */
export const removeFolder = async (folder: string): Promise<void> => {
	try {
		await fs.promises.rm(folder, {recursive: true, force: true});
	} catch {
		// A folder in it may be one that nobody may write to.
		execFileSync('chmod', ['-R', 'u+rwx', folder]);
		await fs.promises.rm(folder, {recursive: true, force: true});
	}
};

/** Where a session lies: in its place, in the trash, or, which must not be, in both. */
export const placesOf = ({outputs, trash}: World, id: string): string[] => [
	path.join(outputs, id),
	...(fs.existsSync(trash) ? fs.readdirSync(trash).filter(name => name.startsWith(`${id}.`)).map(name => path.join(trash, name)) : []),
].filter(place => fs.existsSync(place));
