import path from 'node:path';
import {isTemporary} from './inspect.js';

/**
What a kill cannot show: that a file lasts when the power fails. The log of an undisturbed run tells whether each finished file was synced before it got its name, and its folder after.
*/
export type SyncOrder = {
	/** How many files got their names. */
	readonly placed: number;
	readonly problems: readonly string[];
};

/** The two paths of a link or rename. */
const placing = /^\d+ +(?:link|linkat|rename|renameat|renameat2)\([^"]*"(?<from>[^"]+)"[^"]*"(?<to>[^"]+)".*= 0$/;

const synced = /^\d+ +f(?:data)?sync\(\d+<(?<place>[^>]*)>\) += 0$/;

/** What changes a file by its descriptor. */
const writing = /^\d+ +(?:write|writev|pwrite64|pwritev|pwritev2|ftruncate|fchmod|utimensat|copy_file_range|sendfile)\((?<rest>.*)$/;

/** @param log - the lines of a run traced with `-y`, which names what a descriptor is open on */
export const checkSyncOrder = (log: readonly string[]): SyncOrder => {
	const problems: string[] = [];
	let placed = 0;
	for (const [index, line] of log.entries()) {
		const {from, to} = placing.exec(line)?.groups ?? {};
		if (from === undefined || to === undefined || !isTemporary(from)) {
			continue;
		}

		placed++;
		const name = path.basename(from);
		const before = log.slice(0, index);
		const lastWrite = before.findLastIndex(other => writing.exec(other)?.groups!['rest']!.includes(`/${name}>`));
		const lastSync = before.findLastIndex(other => synced.exec(other)?.groups!['place']!.endsWith(`/${name}`));
		if (lastSync < Math.max(lastWrite, 0)) {
			problems.push(`${path.basename(to)} got its name before it was synced`);
		}

		// The folder's own path is not in the call, but is where the file was made.
		const folder = path.dirname(synced.exec(log[lastSync] ?? '')?.groups!['place'] ?? '/');
		if (log.slice(index).every(other => synced.exec(other)?.groups!['place'] !== folder)) {
			problems.push(`the folder of ${path.basename(to)} was not synced after it got its name`);
		}
	}

	return {placed, problems};
};
