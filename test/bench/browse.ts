import process from 'node:process';
import {firstFile, program, type Session} from './corpus.js';
import {measure, type KeyCost, type Measured, type Subject} from './drive.js';
import {median, printTable, printVerdict, quantile} from './figures.js';
import {isInstalled} from './installed.js';

/** What is pressed in the peers; in this program more, for the rare slow ones. */
const fewKeys = 6;
const manyKeys = 60;

/** Of this key the cursor has long been at the lower edge, and each one scrolls the list by a row. */
const scrollsFrom = 45;

const steps = (count: number): string[] => Array.from({length: count}, () => 'j');

/** The other programs, in a folder whose first frame shows `ready`. */
export const peers = (cwd: string, ready: string): Subject[] => [
	{name: 'nnn', args: ['-A'], quit: 'q'},
	{name: 'lf', args: ['-single'], quit: 'q'}, // Its server would outlive it.
	{name: 'ranger', args: [], quit: 'q'},
	{name: 'vifm', args: [cwd], quit: ':qall!\r'},
].filter(({name}) => isInstalled(name)).map(({name, args, quit}) => ({
	name, command: name, args, cwd, ready, quit, keys: steps(fewKeys),
}));

/** This program, in a session whose first frame shows `ready`. */
export const explorer = ({outputs, id, single}: Session, ready: string): Subject => ({
	name: 'sojourn', command: program[0], args: [program[1], '--outputs', outputs, '--session', id], cwd: single, ready, quit: 'q',
});

export const bareNode = (cwd: string): Subject => ({
	name: 'node -e 0', command: process.execPath, args: ['-e', '0'], cwd,
});

/** Runs each program some times. Interleaved: a slow moment of the machine falls on all. The first round is not counted: caches are cold and configurations get written. */
export const measureAll = async (subjects: readonly Subject[], runs: number, home: string): Promise<ReadonlyMap<string, readonly Measured[]>> => {
	const results = new Map<string, Measured[]>(subjects.map(({name}) => [name, []]));
	for (let run = -1; run < runs; run++) {
		for (const subject of subjects) {
			const measured = await measure(subject, home);
			if (run >= 0) {
				results.get(subject.name)!.push(measured);
			}
		}
	}

	return results;
};

/** The median time to the first useful frame. */
export const frameOf = (results: readonly Measured[] = []): number => median(results.map(({frameMs}) => frameMs).filter(time => !Number.isNaN(time)));

export const printFrames = (title: string, subjects: readonly Subject[], results: ReadonlyMap<string, readonly Measured[]>): void => {
	const own = frameOf(results.get('sojourn'));
	printTable(title, ['program', 'median', 'min', 'max', 'sojourn is', 'failed'], subjects.map(({name}) => {
		const all = results.get(name)!.map(({frameMs}) => frameMs);
		const times = all.filter(time => !Number.isNaN(time));
		return [name, frameOf(results.get(name)), Math.min(...times), Math.max(...times), own / frameOf(results.get(name)), String(all.length - times.length)];
	}));
};

export const printMemory = (title: string, subjects: readonly Subject[], results: ReadonlyMap<string, readonly Measured[]>): void => {
	printTable(title, ['program', 'after the keys', 'peak', 'threads'], subjects.filter(({ready}) => ready !== undefined).map(({name}) => {
		const all = results.get(name)!.flatMap(({memory}) => memory ?? []);
		return [name, median(all.map(({rss}) => rss)), median(all.map(({peak}) => peak)), median(all.map(({threads}) => threads))];
	}));
};

const keysOf = (results: readonly Measured[], {keys = []}: Subject, from = 0): KeyCost[] =>
	results.flatMap(result => result.keys.filter((_, index) => keys[index] === 'j' && index >= from));

/** The programs side by side in one folder: time to the first frame with a file name in it, what `j` costs, and how much memory they take. */
export const compareBrowsing = async (session: Session, count: number, runs: number, home: string): Promise<void> => {
	const own = explorer(session, firstFile);
	const presses = Math.min(manyKeys, count - 2);
	const subjects: Subject[] = [
		bareNode(session.single),
		{...own, keys: steps(presses), quiet: 120},
		{...own, name: 'sojourn, preview hidden', keys: ['P', ...steps(presses)], quiet: 50}, // `P` hides the preview.
		// So small that there is no preview from the start, and no worker that makes it.
		{...own, name: 'sojourn, no preview (79x19)', keys: steps(fewKeys), quiet: 50, size: [79, 19]},
		...peers(session.single, firstFile),
	];
	const results = await measureAll(subjects, runs, home);
	printFrames(`First frame, ${count} files (ms; sojourn as a multiple of each)`, subjects.filter(({name}) => !name.startsWith('sojourn,')), results);
	const costs = (name: string, from = 0): readonly KeyCost[] => keysOf(results.get(name)!, subjects.find(subject => subject.name === name)!, from).filter(({bytes}) => bytes > 0);
	const row = (name: string, shown: string, from: number): Array<string | number> => {
		const answered = costs(name, from);
		const of = (field: keyof KeyCost): number[] => answered.map(cost => cost[field]);
		const all = keysOf(results.get(name)!, subjects.find(subject => subject.name === name)!, from);
		return [shown, median(of('firstMs')), quantile(of('firstMs'), 0.95), median(of('firstBytes')), median(of('lastMs')), median(answered.map(({bytes, firstBytes}) => bytes - firstBytes)), String(all.length), String(all.length - answered.length)];
	};

	printTable(`A key (j), ${count} files: its own update, and what follows until the screen is quiet (a preview)`, ['program', 'ms', 'p95', 'bytes', 'ms, all', 'bytes later', 'keys', 'unanswered'], [
		...subjects.filter(({keys}) => keys !== undefined).map(({name}) => row(name, name, 0)),
		...(presses > scrollsFrom ? ['sojourn', 'sojourn, preview hidden'].map(name => row(name, `${name}: scroll by a row`, scrollsFrom)) : []),
	]);
	printMemory(`Memory, ${count} files (MB of the process with its threads, the preview's worker among them)`, subjects, results);

	console.log('');
	const frame = (name: string): number => frameOf(results.get('sojourn')) / frameOf(results.get(name));
	if (count <= 30) {
		printVerdict(`first frame, ${count} files`, frame('node -e 0'), 8, '× node -e 0');
		printVerdict(`first frame, ${count} files`, frame('ranger'), 1, '× ranger');
	} else if (count >= 100_000) {
		printVerdict(`first frame, ${count} files`, frame('nnn'), 2, '× nnn');
		printVerdict(`first frame, ${count} files`, frame('lf'), 1 / 5, '× lf');
	}

	const own95 = costs('sojourn').map(({firstMs}) => firstMs);
	printVerdict(`key, ${count} files, median`, median(own95), 5, 'ms');
	printVerdict(`key, ${count} files, p95`, quantile(own95, 0.95), 16, 'ms');
	printVerdict(`key, ${count} files`, median(costs('sojourn').slice(0, fewKeys).map(({firstBytes}) => firstBytes)), 400, 'bytes');
	if (presses > scrollsFrom) {
		printVerdict(`scroll by a row, ${count} files`, median(costs('sojourn', scrollsFrom).map(({firstBytes}) => firstBytes)), 2000, 'bytes');
	}

	printVerdict(`memory, ${count} files, peak`, median(results.get('sojourn')!.flatMap(({memory}) => memory?.peak ?? [])), 130, 'MB');
};
