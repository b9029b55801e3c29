import {parts} from '../outputs/read-session.js';
import {toMilliseconds} from './attributes.js';
import {findBackups, type Backups} from './backups.js';
import {countStranded} from './stranded.js';
import {lookUpRecords, type ImportRecord} from './records.js';
import {survey, sumBytes, type Problem, type Survey} from './survey.js';
import type {Place} from './task.js';

export type PartStatus = {
	readonly path: string;
	readonly files: number;
	readonly bytes: number;
	readonly folders: number;
	readonly links: number;
	/** Entries that are neither files, folders nor links. */
	readonly others: number;
};

export type Status = {
	/** Those that are there. */
	readonly parts: readonly PartStatus[];
	readonly files: number;
	readonly bytes: number;
	/** The modification times of the oldest and the newest file, in milliseconds since 1970. */
	readonly oldest?: number | undefined;
	readonly newest?: number | undefined;
	readonly backups: Backups;
	/** Files that the newest backup does not have, as far as size and time tell; absent where there is no backup. */
	readonly uncovered?: number | undefined;
	readonly imports: readonly ImportRecord[];
	/** Files that a killed removal has left in the trash. */
	readonly stranded: number;
	readonly failed: readonly Problem[];
};

const partOf = (part: string, {items}: Survey): PartStatus => {
	const inside = items.filter(({path}) => path.startsWith(`${part}/`));
	const of = (type: string): typeof inside => inside.filter(item => item.type === type);
	return {
		path: part, files: of('file').length, bytes: sumBytes(of('file')), folders: of('directory').length, links: of('symlink').length, others: of('other').length,
	};
};

/** Files of which the newest backup has none of this size and time, to the microsecond. */
const countUncovered = ({items}: Survey, {complete}: Backups): number | undefined => {
	const [newest] = complete;
	if (newest === undefined) {
		return undefined;
	}

	const known = new Map(newest.manifest.entries.map(entry => [entry.path, entry]));
	return items.filter(({path, type, bytes, modifiedAt}) => {
		const entry = known.get(path);
		return type === 'file' && !(entry?.type === 'file' && entry.bytes === bytes && Math.abs(toMilliseconds(entry.mtimeNs) - modifiedAt) < 0.002);
	}).length;
};

/** What there is of the legacy folders, of their backups, and of their imports. Nothing is hashed. */
export const status = async (place: Place, signal?: AbortSignal): Promise<Status> => {
	const seen = await survey(place.root, signal);
	const backups = await findBackups(place, {signal});
	let [oldest, newest] = [Infinity, -Infinity];
	for (const {type, modifiedAt} of seen.items) {
		if (type === 'file') {
			oldest = Math.min(oldest, modifiedAt);
			newest = Math.max(newest, modifiedAt);
		}
	}

	return {
		parts: parts.filter(part => seen.items.some(({path}) => path === part)).map(part => partOf(part, seen)),
		files: seen.files,
		bytes: seen.bytes,
		...(seen.files > 0 && {oldest, newest}),
		backups,
		uncovered: countUncovered(seen, backups),
		imports: await lookUpRecords(place, signal),
		stranded: await countStranded(place, signal),
		failed: seen.failed,
	};
};
