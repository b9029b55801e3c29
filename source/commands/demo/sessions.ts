import {demoContent} from './content.js';
import {
	createMaker,
	day,
	hour,
	minute,
	padded,
	times,
	type DemoEntry,
} from './entry.js';
import {chart, gradient, plasma} from './picture.js';
import {
	log,
	python,
	report,
	story,
} from './prose.js';
import {createRandom} from './random.js';
import {chord} from './sound.js';
import {metrics, orders, weather} from './tables.js';

export type DemoSession = {
	/** A lower-case UUID, the same for the same seed. */
	readonly id: string;
	/** Absent: none. */
	readonly label?: string;
	/** False: made by another program, which knows of no marker. */
	readonly hasMarker: boolean;
	/** Milliseconds before now. */
	readonly createdAge: number;
	/** How long ago the marker says the session was last active, in milliseconds before now; no entry is younger. */
	readonly activeAge: number;
	/** Paths in the session; each starts with `single/` or `bulk/`. */
	readonly entries: readonly DemoEntry[];
};

const idOf = (seed: number, name: string): string => {
	const random = createRandom(seed, `id of ${name}`);
	const hex = (digits: number) => times(digits, () => random.between(0, 15).toString(16)).join('');
	// Version 4, variant 1, as crypto.randomUUID sets them.
	return `${hex(8)}-${hex(4)}-4${hex(3)}-${random.pick(['8', '9', 'a', 'b'])}${hex(3)}-${hex(12)}`;
};

type Outline = {
	readonly name: string;
	readonly isLabelled?: boolean;
	readonly hasMarker?: boolean;
	readonly createdAge: number;
	readonly activeAge: number;
};

const small = {width: 160, height: 96};

/** Live sessions beside the main one, the youngest first. */
const liveSessions = (seed: number): DemoSession[] => {
	const studio = createMaker(seed, 'studio');
	const notes = createMaker(seed, 'field-notes');
	const foreign = createMaker(seed, 'without a marker');
	return [
		session(seed, {name: 'studio', createdAge: 9 * hour, activeAge: 70 * minute}, [
			...times(8, take => studio.file(`bulk/takes/take ${padded(take, 2)}.wav`, (8 * hour) - (take * 20 * minute), random => chord(random, 1))),
			studio.file('single/mix.wav', 70 * minute, random => chord(random, 2)),
			studio.file('single/waveform.png', 75 * minute, random => chart(random, small)),
			studio.file('single/session.log', 71 * minute, random => log(random, 200)),
		]),
		session(seed, {name: 'field-notes', createdAge: 3 * day, activeAge: 6 * hour}, [
			...times(5, number => notes.file(`bulk/walks/walk-${number}.md`, (20 * hour) - (number * hour), random => report(random, `Walk ${number}`))),
			notes.file('single/readings.csv', 6 * hour, random => weather(random, 72)),
			notes.file('single/sketch.png', 7 * hour, random => gradient(random, small)),
		]),
		session(seed, {
			name: 'without a marker', isLabelled: false, hasMarker: false, createdAge: 5 * hour, activeAge: 3 * hour,
		}, [
			foreign.file('single/result.json', 3 * hour, random => metrics(random, 1)),
			foreign.file('single/generate.py', 5 * hour, random => python(random)),
			foreign.folder('bulk', 5 * hour),
		]),
	];
};

/** Sessions whose time is over with the default timeout. */
const expiredSessions = (seed: number): DemoSession[] => {
	const make = (outline: Outline, pictures: number): DemoSession => {
		const {file} = createMaker(seed, outline.name);
		return session(seed, outline, [
			...times(pictures, number => file(`bulk/batch-1/picture ${number}.png`, outline.activeAge + (number * minute), random => plasma(random, small))),
			file('single/notes.txt', outline.activeAge, random => story(random, 3)),
			file('single/orders.csv', outline.activeAge + hour, random => orders(random, 60)),
		]);
	};

	return [
		make({name: 'yesterday', createdAge: 34 * hour, activeAge: 30 * hour}, 6),
		make({
			name: 'nameless', isLabelled: false, createdAge: 4 * day, activeAge: 75 * hour,
		}, 3),
		make({name: 'old harbour', createdAge: 10 * day, activeAge: 9 * day}, 9),
	];
};

function session(seed: number, outline: Outline, entries: readonly DemoEntry[]): DemoSession {
	const {name, isLabelled = true, hasMarker = true, createdAge, activeAge} = outline;
	return {
		id: idOf(seed, name), ...(isLabelled && {label: name}), hasMarker, createdAge, activeAge, entries,
	};
}

/**
The demo's sessions: the main one first, then other live ones, one of them without a marker, then the expired ones (30 hours to 9 days without activity).
*/
export const demoSessions = (seed = 1): DemoSession[] => [
	session(seed, {name: 'aurora', createdAge: 21 * hour, activeAge: 2 * minute}, demoContent(seed)),
	...liveSessions(seed),
	...expiredSessions(seed),
];

/** What lies directly in the outputs directory: the legacy folders, and an entry that is none of sojourn's. */
export const demoUnmanaged = (seed = 1): DemoEntry[] => {
	const {file} = createMaker(seed, 'outputs');
	return [
		...times(4, number => file(`single/shared ${number}.png`, (40 + number) * day, random => gradient(random, small))),
		file('single/readme.txt', 60 * day, random => story(random, 1)),
		...times(3, number => file(`bulk/old batch/page ${number}.txt`, (50 + number) * day, random => story(random, 2))),
		file('models/README.md', 90 * day, random => report(random, 'Models: please leave in place')),
	];
};
