import process from 'node:process';
import {firstFile, program, type Session} from './corpus.js';
import {measure, type Measured, type Subject} from './drive.js';
import {median, printTable} from './figures.js';
import {isInstalled} from './installed.js';

const steps = Array.from({length: 6}, () => 'j');
const stepsWithoutPreview = ['P', ...steps]; // `P` hides the preview

const peers = (cwd: string, keys: readonly string[]): Subject[] => [
	{name: 'nnn', args: ['-A']},
	{name: 'lf', args: ['-single']}, // Its server would outlive it.
	{name: 'ranger', args: []},
].filter(({name}) => isInstalled(name)).map(({name, args}) => ({
	name, command: name, args, cwd, keys, ready: firstFile, quit: 'q',
}));

/** The programs side by side in one folder: time to the first frame with a file name in it, and what `j` costs. */
export const compareBrowsing = async (session: Session, count: number, runs: number, home: string): Promise<void> => {
	const explorer = {
		command: program[0], args: [program[1], '--outputs', session.outputs, '--session', session.id], cwd: session.single, ready: firstFile, quit: 'q',
	};
	const subjects: Subject[] = [
		{
			name: 'node -e 0', command: process.execPath, args: ['-e', '0'], cwd: session.single,
		},
		{...explorer, name: 'sojourn', keys: steps},
		{...explorer, name: 'sojourn, preview hidden', keys: stepsWithoutPreview},
		...peers(session.single, steps),
	];
	const results = new Map<string, Measured[]>(subjects.map(({name}) => [name, []]));
	for (let run = -1; run < runs; run++) { // The first one is not counted: caches are cold and configurations get written.
		for (const subject of subjects) { // Interleaved: a slow moment of the machine falls on all.
			const measured = await measure(subject, home);
			if (run >= 0) {
				results.get(subject.name)!.push(measured);
			}
		}
	}

	const frameOf = (name: string) => median(results.get(name)!.map(({frameMs}) => frameMs).filter(time => !Number.isNaN(time)));
	const own = frameOf('sojourn');
	printTable(`First frame, ${count} files (ms; sojourn as a multiple of each)`, ['program', 'median', 'min', 'max', 'sojourn is', 'failed'], subjects
		.filter(({name}) => name !== 'sojourn, preview hidden')
		.map(({name}) => {
			const all = results.get(name)!.map(({frameMs}) => frameMs);
			const times = all.filter(time => !Number.isNaN(time));
			return [name, frameOf(name), Math.min(...times), Math.max(...times), own / frameOf(name), String(all.length - times.length)];
		}));
	printTable(`A key (j), ${count} files: its own update, and all until the screen is quiet`, ['program', 'ms', 'bytes', 'ms, all', 'bytes, all', 'unanswered'], subjects
		.filter(({keys}) => keys !== undefined)
		.map(({name, keys}) => {
			const all = results.get(name)!.flatMap(result => result.keys.filter((_, index) => keys![index] === 'j'));
			const answered = all.filter(({bytes}) => bytes > 0);
			const of = (field: keyof typeof answered[number]) => median(answered.map(cost => cost[field]));
			return [name, of('firstMs'), of('firstBytes'), of('lastMs'), of('bytes'), String(all.length - answered.length)];
		}));
};
