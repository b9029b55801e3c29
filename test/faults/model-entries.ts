import fs from 'node:fs';
import {byteString, bytes} from './look.js';
import {randomId, type Random} from './random.js';
import {hour, self} from './store.js';

/** When the sweep will believe to be, and what that means for the times of a tree, in milliseconds since 1970. */
export type Clock = {
	readonly start: number;
	readonly now: number;
	readonly maxAgeHours: number;
	readonly cutoff: number;
	/** Whether the cutoff lies within the moments in which the tree is made. */
	readonly isOnEdge: boolean;
};

/** What a tree is being planted with. Places are absolute byte strings. */
export type Garden = {
	readonly random: Random;
	readonly clock: Clock;
	readonly viewer: number;
	readonly outputs: string;
	readonly outside: string;
	readonly take: (kind: 'pipe' | 'socket', place: string) => void;
	/** Sessions planted so far, for links from one to another. */
	readonly sessions: string[];
};

const longest = byteString('ä'.repeat(127));

/** A name that might be mishandled, without `/` and NUL. */
const hostileName = (random: Random): string => random.pick([
	'a\nb', '\u001B[31mred', '-rf', ' ', '...', '.hidden', '\u00FF\u00FEbroken', 'f\u00C3', '*', '$(touch x)', '"quoted\'', '\\', '\r', '\u0007',
	byteString('ä'), byteString('a\u0308'), byteString('日本語.txt'), byteString('\u202Etxt.exe'), `${longest}x`, 'x'.repeat(255), '\u00FF'.repeat(255),
	'.session.json', 'single', 'bulk', `purge.${random.hex(24)}`, `.sojourn-${random.hex(16)}.part`, randomId(random), `${randomId(random)}.${random.hex(24)}`,
]);

const day = 24 * hour;

/** A time that says nothing young, or one that a rule passes over. `undefined` leaves the time of the making. */
const oldTime = ({random, clock: {start, now, cutoff, isOnEdge}}: Garden): number | undefined => random.weighted([
	[isOnEdge ? 2 : 30, undefined],
	[40, start - (random.below(400) * day) - (10 * day)],
	[6, cutoff - 1],
	[2, 0],
	[2, -1_000_000_000_000],
	[2, now + 1],
	[2, now + 60_000],
	[3, now + (3 * day)],
	[1, now + (4000 * day)],
]);

const anyTime = (garden: Garden): number | undefined => {
	const {random, clock: {cutoff, now, maxAgeHours, isOnEdge}} = garden;
	const exact = isOnEdge ? [] : [cutoff, now];
	return random.chance(0.85) ? oldTime(garden) : random.pick([...exact, cutoff + 1, now - Math.floor(maxAgeHours * hour / 2)]);
};

/** How the times of a session's entries are chosen. */
export type Mood = 'old' | 'mixed';

/** Gives an entry its owner, mode and times, once nothing in it changes any more. */
export const finishEntry = (garden: Garden, place: string, {mood, mode, owner = garden.viewer}: {readonly mood: Mood; readonly mode?: number | undefined; readonly owner?: number}): void => {
	if (owner !== self) {
		fs.lchownSync(bytes(place), owner, owner);
	}

	if (mode !== undefined) {
		fs.chmodSync(bytes(place), mode);
	}

	const time = mood === 'old' ? oldTime(garden) : anyTime(garden);
	if (time !== undefined) {
		fs.lutimesSync(bytes(place), time / 1000, time / 1000);
	}
};

const folderMode = ({random}: Garden): number => random.chance(0.9)
	? random.pick([0o700, 0o755])
	: random.pick([0o000, 0o100, 0o200, 0o300, 0o400, 0o500, 0o600, 0o777, 0o1777, 0o2755]);

const linkTarget = ({random, outside, outputs, sessions}: Garden): string => random.pick([
	outside, `${outside}/precious.txt`, `${outside}/more`, outputs, '/', '..', '.', 'nowhere', '../../../../outside', '\u00FFnowhere',
	...sessions.slice(-3).map(name => `${outputs}/${name}`),
]);

const plantEntry = (garden: Garden, place: string, depth: number, mood: Mood): void => {
	const {random, clock, outside, take} = garden;
	const kind = random.weighted([
		[50, 'file'], [depth > 0 ? 25 : 0, 'folder'], [12, 'link'], [clock.isOnEdge ? 0 : 4, 'hard'], [4, 'pipe'], [3, 'socket'],
	] as const);
	switch (kind) {
		case 'file': {
			fs.writeFileSync(bytes(place), random.hex(random.below(40)), {mode: random.pick([0o600, 0o644, 0o000, 0o4755])});
			break;
		}

		case 'folder': {
			plantFolder(garden, place, depth - 1, mood);
			return;
		}

		case 'link': {
			fs.symlinkSync(bytes(linkTarget(garden)), bytes(place));
			break;
		}

		case 'hard': {
			// Its times and owner are those of the file outside.
			fs.linkSync(bytes(`${outside}/${random.pick(['precious.txt', 'linked.txt'])}`), bytes(place));
			return;
		}

		case 'pipe':
		case 'socket': {
			take(kind, place);
			break;
		}
	}

	finishEntry(garden, place, {mood});
};

/** Plants a folder with random entries. */
export const plantFolder = (garden: Garden, place: string, depth: number, mood: Mood, owner = garden.viewer): void => {
	const {random} = garden;
	fs.mkdirSync(bytes(place));
	const count = random.weighted([[2, 0], [6, 1], [4, 3], [1, 8]]);
	const names = new Set(Array.from({length: count}, (_, index) => random.chance(0.3) ? hostileName(random) : `${random.pick(['a', 'image', 'report'])}${index}${random.pick(['', '.txt', '.png'])}`));
	for (const name of names) {
		plantEntry(garden, `${place}/${name}`, depth, mood);
	}

	finishEntry(garden, place, {mood, mode: folderMode(garden), owner});
};

/** A chain of folders in each other: more of them than a process may have open. */
export const plantChain = (garden: Garden, place: string, levels: number, mood: Mood): void => {
	const places = Array.from({length: levels}, (_, level) => place + '/d'.repeat(level));
	for (const one of places) {
		fs.mkdirSync(bytes(one));
	}

	for (const one of places.toReversed()) {
		finishEntry(garden, one, {mood, mode: 0o700});
	}
};
