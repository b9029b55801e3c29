import type {Entry, Facts, Outputs} from '../outputs/outputs.js';
import {compareNatural} from '../text/natural-order.js';
import {printable} from '../text/printable.js';
import {formatCount, plural} from '../text/size.js';
import {createBuilder} from './builder.js';
import type {Preview} from './shapes.js';

/** Entries of a folder that are counted at most, and named at most. */
const countLimit = 100_000;
const nameLimit = 200;

/** What is in a folder: how many of each kind, and the names that come first. */
export const readFolder = async (outputs: Outputs, path: string, facts: Facts, signal: AbortSignal | undefined): Promise<Preview> => {
	let files = 0;
	let folders = 0;
	let others = 0;
	let isCut = false;
	let first: Entry[] = [];
	/** The last name of those that are kept so far; what comes after it is only counted. */
	let last: string | undefined;
	const keepFirst = (): void => {
		first = first.sort((a, b) => compareNatural(a.name, b.name)).slice(0, nameLimit);
		last = first.length === nameLimit ? first.at(-1)!.name : undefined;
	};

	for await (const chunk of outputs.list(path, {signal})) {
		for (const entry of chunk) {
			if (entry.type === 'directory') {
				folders++;
			} else if (entry.type === 'file') {
				files++;
			} else {
				others++;
			}

			if (last === undefined || compareNatural(entry.name, last) < 0) {
				first.push(entry);
			}
		}

		if (first.length > 4 * nameLimit) {
			keepFirst();
		}

		if (files + folders + others >= countLimit) {
			isCut = true;
			break;
		}
	}

	keepFirst();
	const more = isCut ? ' or more' : '';
	const builder = createBuilder();
	for (const {name, type} of first) {
		builder.add(printable(name) + (type === 'directory' ? '/' : ''), type === 'directory' ? 'entry-folder' : undefined);
		builder.endLine();
	}

	const rest = files + folders + others - first.length;
	if (rest > 0) {
		builder.add(`… ${formatCount(rest)} more`, 'faint');
	}

	const body = builder.finish();
	return {
		kind: 'facts',
		title: 'folder',
		details: [
			`${plural(files, 'file')}${more}`,
			...(folders > 0 ? [`${plural(folders, 'folder')}${more}`] : []),
			...(others > 0 ? [`${plural(others, 'link or special file', 'links or special files')}${more}`] : []),
		],
		...(body.lines.length > 0 && {body}),
		facts,
	};
};
