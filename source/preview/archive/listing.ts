import {decodeName} from '../../text/names.js';
import {printable} from '../../text/printable.js';
import {formatCount, formatBytes, plural} from '../../text/size.js';
import {createBuilder} from '../builder.js';
import type {Content, Detail} from '../shapes.js';

/** Entries of an archive that are named. */
export const entryLimit = 1000;

/** What an archive holds, as far as it was listed. Nothing is unpacked to find out. */
export type ArchiveEntry = {
	/** As it is written, with whatever is in it. */
	readonly name: Uint8Array;
	readonly bytes: number;
	readonly type: 'file' | 'folder' | 'other';
};

/** Gathers what an archive holds: counts all, names the first. */
export const createListing = () => {
	const first: ArchiveEntry[] = [];
	let files = 0;
	let folders = 0;
	let others = 0;
	let bytes = 0;
	return {
		add(entry: ArchiveEntry): void {
			files += entry.type === 'file' ? 1 : 0;
			folders += entry.type === 'folder' ? 1 : 0;
			others += entry.type === 'other' ? 1 : 0;
			bytes += entry.bytes;
			if (first.length < entryLimit) {
				first.push({...entry, name: entry.name.slice(0, 1000)});
			}
		},
		count: () => files + folders + others,
		/** @param isCut - whether there may be more than was counted */
		finish(format: string, {isCut = false, details = []}: {readonly isCut?: boolean; readonly details?: readonly Detail[]} = {}): Content {
			const builder = createBuilder();
			for (const {name, bytes: size, type} of first) {
				const shown = printable(decodeName(name));
				builder.add(type === 'file' ? formatBytes(size).padStart(8) : ' '.repeat(8), 'faint');
				builder.add(`  ${shown}`, type === 'folder' ? 'entry-folder' : (type === 'other' ? 'link' : undefined));
				builder.endLine();
			}

			const rest = files + folders + others - first.length;
			if (rest > 0 || isCut) {
				builder.add(isCut ? '… and perhaps more' : `… ${formatCount(rest)} more`, 'faint');
			}

			const more = isCut ? ' or more' : '';
			return {
				kind: 'facts',
				title: `${format} archive`,
				details: [
					[plural(files, 'file') + more, ...(folders > 0 ? [plural(folders, 'folder') + more] : []), ...(others > 0 ? [plural(others, 'link or special file', 'links or special files') + more] : []), `${formatBytes(bytes)} unpacked${more}`].join(', '),
					...details,
				],
				body: builder.finish(),
			};
		},
	};
};
