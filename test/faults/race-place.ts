import fs from 'node:fs';
import type {Policy} from '../../source/session/expiry.js';
import {hour, self} from './store.js';

/** The session that is removed, the same in every trial: what lies outside pretends to be it. */
export const victim = '11111111-1111-4111-8111-111111111111';

/** A session in use. */
export const alive = '22222222-2222-4222-8222-222222222222';

/** Pairs of a folder and a link in each of the folders that are attacked. */
export const pairCount = 6;

const fileCount = 16;

/** The clock of the sweep runs ahead, as no file can be given an old ctime. */
export const policy = (): Policy => ({maxAgeHours: 24, now: Date.now() + (48 * hour)});

/** What one trial is made in. */
export type Place = {
	readonly base: string;
	readonly outputs: string;
	readonly session: string;
	readonly trash: string;
	readonly outside: string;
};

export const placeIn = (base: string, outside: string): Place => {
	const outputs = `${base}/outputs`;
	return {base, outputs, outside, session: `${outputs}/${victim}`, trash: `${outputs}/.sojourn-${self}/trash`};
};

const fileNames = Array.from({length: fileCount}, (_, index) => `${index}.txt`);

export const folderName = (pair: number): string => `folder${pair}`;

export const linkName = (pair: number): string => `link${pair}`;

/** Links in the trash, or beside the session, that whole trees are exchanged with. */
export const trashLinks = ['trap0', 'trap1', 'trap2'] as const;

export const markerText = (id: string, lastActiveAt = 0): string =>
	JSON.stringify({version: 1, id, createdAt: '2020-01-01T00:00:00.000Z', lastActiveAt: new Date(lastActiveAt).toISOString()});

const plantFiles = (folder: string, content: string): void => {
	fs.mkdirSync(folder, {recursive: true, mode: 0o700});
	for (const name of fileNames) {
		fs.writeFileSync(`${folder}/${name}`, content, {mode: 0o600});
	}
};

/** Makes the folder outside: names and marker are those of the session, so that whatever goes astray finds something to remove; and one folder whose mode a removal would change. */
export const plantOutside = (outside: string): void => {
	plantFiles(outside, 'precious');
	fs.writeFileSync(`${outside}/.session.json`, markerText(victim));
	for (const below of ['more', 'shut', 'single', 'bulk/deep', `single/${folderName(0)}`, folderName(0), folderName(1)]) {
		plantFiles(`${outside}/${below}`, `precious ${below}`);
	}

	fs.chmodSync(`${outside}/shut`, 0o500);
};

const plantPairs = (folder: string, outside: string): void => {
	for (let pair = 0; pair < pairCount; pair++) {
		plantFiles(`${folder}/${folderName(pair)}`, 'victim');
		fs.symlinkSync([outside, `${outside}/more`, `${outside}/shut`][pair % 3]!, `${folder}/${linkName(pair)}`);
	}

	fs.chmodSync(`${folder}/${folderName(pairCount - 1)}`, 0o500);
};

/** Makes the outputs directory of a trial, with the session and a trash of links. */
export const plantVictim = ({outputs, session, trash, outside}: Place): void => {
	fs.mkdirSync(outputs, {recursive: true, mode: 0o700});
	for (const below of ['single', 'bulk/deep']) {
		fs.mkdirSync(`${session}/${below}`, {recursive: true, mode: 0o700});
		plantPairs(`${session}/${below}`, outside);
	}

	fs.writeFileSync(`${session}/.session.json`, markerText(victim), {mode: 0o600});
	fs.mkdirSync(trash, {recursive: true, mode: 0o700});
	for (const name of trashLinks) {
		fs.symlinkSync(outside, `${trash}/${name}`);
	}
};

/** Makes the session in use. */
export const plantAlive = ({outputs}: Place): void => {
	const place = `${outputs}/${alive}`;
	for (let file = 0; file < 12; file++) {
		fs.mkdirSync(`${place}/single/${folderName(file)}`, {recursive: true, mode: 0o700});
		fs.writeFileSync(`${place}/single/${folderName(file)}/a.txt`, 'alive');
	}

	fs.writeFileSync(`${place}/.session.json`, markerText(alive, policy().now - hour));
};
