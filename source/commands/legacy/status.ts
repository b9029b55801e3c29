import type {Backup} from '../../legacy/backups.js';
import {status, type Status} from '../../legacy/status.js';
import {isUtf8Name} from '../../text/names.js';
import {printable} from '../../text/printable.js';
import {formatBytes, plural} from '../../text/size.js';
import {jsonPath, note, time, warn} from '../report.js';
import {tell, type Work} from './report.js';

const describeBackup = ({path, manifest: {header, files, bytes}}: Backup): string =>
	`backup ${printable(path)}: complete, of ${time(header.createdAt)}, ${plural(files, 'file')}, ${formatBytes(bytes)}`;

const describeCover = ({uncovered, files}: Status): string[] => {
	if (files === 0 || uncovered === undefined) {
		return files === 0 ? [] : ['there is no complete backup yet: "sojourn legacy backup" makes one'];
	}

	return [uncovered === 0
		? 'the newest backup has every file with its size and time (contents were not compared)'
		: `${plural(uncovered, 'file')} ${uncovered === 1 ? 'is' : 'are'} not in the newest backup with this size and time: "sojourn legacy backup" makes another`];
};

const describe = (found: Status): string[] => [
	...(found.parts.length === 0 ? ['none: there are no legacy folders'] : found.parts.map(part => `${part.path}: ${plural(part.files, 'file')}, ${formatBytes(part.bytes)}, ${plural(part.folders, 'folder')}${part.links > 0 ? `, ${plural(part.links, 'link')}` : ''}${part.others > 0 ? `, ${plural(part.others, 'special file')}` : ''}`)),
	...(found.oldest === undefined ? [] : [`oldest file ${time(found.oldest) ?? 'of a time that no date can say'}, newest ${time(found.newest) ?? 'of a time that no date can say'}`]),
	...found.backups.complete.map(backup => describeBackup(backup)),
	...found.backups.incomplete.map(({path, startedAt}) => `backup ${printable(path)}: incomplete${startedAt === undefined ? '' : `, begun ${time(startedAt)}`}; "sojourn legacy backup" goes on with it`),
	...found.imports.map(({session, manifest}) => `imported into the session ${session} at ${time(manifest.header.createdAt)}: ${plural(manifest.files, 'file')}, ${formatBytes(manifest.bytes)}`),
	...describeCover(found),
];

const toJson = (found: Status): Readonly<Record<string, unknown>> => ({
	oldest: time(found.oldest),
	newest: time(found.newest),
	parts: found.parts,
	backups: [
		...found.backups.complete.map(({path, manifest}) => ({
			...jsonPath(path), state: 'complete', createdAt: time(manifest.header.createdAt), files: manifest.files, bytes: manifest.bytes,
		})),
		...found.backups.incomplete.map(({path, startedAt}) => ({
			...jsonPath(path), state: 'incomplete', createdAt: time(startedAt), files: null, bytes: null,
		})),
	],
	imports: found.imports.map(({session, manifest}) => ({session, createdAt: time(manifest.header.createdAt), files: manifest.files, bytes: manifest.bytes})),
	uncovered: found.uncovered ?? null,
	inTrash: found.stranded,
});

/** `sojourn legacy status`: what there is. */
export const run = async ({context, place}: Work): Promise<number> => {
	const found = await status(place, context.signal);
	for (const text of found.backups.passedOver) {
		warn(context, isUtf8Name(text) ? text : printable(text));
	}

	if (found.stranded > 0) {
		note(context, `${plural(found.stranded, 'file')} of an interrupted removal ${found.stranded === 1 ? 'lies' : 'lie'} in the trash: the next "sojourn legacy" that changes something puts ${found.stranded === 1 ? 'it' : 'them'} back`);
	}

	return tell(context, {
		action: 'status', path: place.directory, files: found.files, bytes: found.bytes, failed: found.failed, lines: describe(found), more: toJson(found),
	});
};
