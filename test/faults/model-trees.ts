import fs from 'node:fs';
import {byteString, bytes} from './look.js';
import {finishEntry, plantFolder, type Clock, type Garden} from './model-entries.js';
import {plantSession} from './model-sessions.js';
import {createRandom, randomId, type Random} from './random.js';
import {hour, isRoot, self, stranger} from './store.js';

/** A planted tree: `outputs` and `outside` in a folder of their own. Places are byte strings. */
export type Tree = {
	readonly base: string;
	readonly outputs: string;
	readonly outside: string;
	/** Whose sweep it is, and with whose rights. */
	readonly viewer: number;
	readonly clock: Clock;
};

const minute = 60_000;

const chooseClock = (random: Random): Clock => {
	const start = Date.now();
	const maxAgeHours = random.pick([0.5, 1, 24, 168]);
	const age = maxAgeHours * hour;
	const kind = random.weighted([[72, 'later'], [8, 'young'], [12, 'edge'], [4, 'back'], [4, 'slightly back']] as const);
	const chosen = {
		later: start + age + (10 * minute) + random.below(100 * hour),
		young: start + Math.floor(age / 2),
		edge: start + age + random.below(40),
		back: start - hour,
		'slightly back': start - (2 * minute),
	}[kind];
	// A whole eighth of a second is the same as seconds and as milliseconds: an entry can lie exactly on the cutoff.
	const now = kind === 'edge' ? chosen : Math.ceil(chosen / 125) * 125;
	return {start, now, maxAgeHours, cutoff: now - age, isOnEdge: kind === 'edge'};
};

const plantOutside = (outside: string, viewer: number): void => {
	fs.mkdirSync(bytes(`${outside}/more`), {recursive: true});
	for (const name of ['precious.txt', 'linked.txt', 'more/precious.txt', 'more/\u00FF']) {
		fs.writeFileSync(bytes(`${outside}/${name}`), `precious ${name}`, {mode: 0o640});
	}

	fs.chmodSync(bytes(`${outside}/more`), 0o550);
	for (const name of ['', '/more', '/precious.txt', '/linked.txt']) {
		fs.lchownSync(bytes(outside + name), viewer, viewer);
	}
};

const plantStrangers = (garden: Garden): void => {
	const {random, outputs, outside, take} = garden;
	const place = (name: string): string => `${outputs}/${name}`;
	const plants: ReadonlyArray<() => string | undefined> = [
		() => {
			plantFolder(garden, place(random.pick(['single', 'bulk'])), 2, 'mixed');
			return undefined;
		},
		() => {
			plantFolder(garden, place(random.pick(['photos', '\u00FF\n', 'x'.repeat(255), '.git', randomId(random).toUpperCase(), `${randomId(random)}x`])), 2, 'old');
			return undefined;
		},
		() => {
			const name = place(random.pick(['notes.txt', '.sojourn.json', `.sojourn-${random.hex(16)}.part`, randomId(random)]));
			fs.writeFileSync(bytes(name), '{}');
			return name;
		},
		() => {
			const name = place(random.pick(['link', randomId(random)]));
			fs.symlinkSync(bytes(random.pick([outside, 'nowhere', ...garden.sessions])), bytes(name));
			return name;
		},
		() => {
			const name = place(randomId(random));
			fs.mkdirSync(bytes(name));
			return name;
		},
		() => {
			const name = place(random.pick(['pipe', randomId(random)]));
			take(random.pick(['pipe', 'socket']), name);
			return name;
		},
		() => {
			// Another user's control directory, with a session on its way out.
			const name = place(`.sojourn-${stranger + 1}`);
			fs.mkdirSync(bytes(`${name}/trash`), {recursive: true, mode: 0o700});
			const id = randomId(random);
			plantSession(garden, `${name}/trash/${id}.${random.hex(24)}`, id);
			return name;
		},
	];
	for (const plant of plants) {
		if (random.chance(0.25)) {
			const made = plant();
			if (made !== undefined) {
				finishEntry(garden, made, {mood: 'old'});
			}
		}
	}
};

const plantLeftovers = (garden: Garden, trash: string): void => {
	const {random, sessions, outputs} = garden;
	const count = random.weighted([[4, 0], [4, 1], [2, 3], [1, 5]]);
	const moved = new Set<string>();
	for (let index = 0; index < count; index++) {
		const id = sessions.length > 0 && random.chance(0.15) ? random.pick(sessions) : randomId(random);
		const kind = random.weighted([[50, 'session'], [5, 'empty'], [4, 'file'], [4, 'link'], [15, 'purge'], [5, 'purge file'], [10, 'odd']] as const);
		const end = random.hex(24);
		if (kind !== 'odd' && !kind.startsWith('purge') && moved.has(id)) {
			continue; // Which of two goes back first is chance.
		}

		moved.add(id);
		const place = `${trash}/${kind === 'odd' ? random.pick([`${id}.${end.slice(1)}`, `${id}.${end}x`, `${id.toUpperCase()}.${end.replace(/./, 'A')}`, id, '\u00FF', 'single']) : `${kind.startsWith('purge') ? 'purge' : id}.${end}`}`;
		if (fs.existsSync(bytes(place))) {
			continue;
		}

		if (kind === 'session') {
			plantSession(garden, place, id);
			if (random.chance(0.1) && !fs.existsSync(bytes(`${outputs}/${id}`))) {
				fs.mkdirSync(bytes(`${outputs}/${id}`));
				finishEntry(garden, `${outputs}/${id}`, {mood: 'old'});
			}
		} else if (kind === 'purge' || kind === 'odd') {
			plantFolder(garden, place, 3, 'mixed');
		} else {
			if (kind === 'empty') {
				fs.mkdirSync(bytes(place));
			} else if (kind === 'link') {
				fs.symlinkSync(bytes(garden.outside), bytes(place));
			} else {
				fs.writeFileSync(bytes(place), '');
			}

			finishEntry(garden, place, {mood: 'old'});
			const home = `${outputs}/${id}`;
			if (random.chance(0.3) && !fs.existsSync(bytes(home))) {
				fs.writeFileSync(bytes(home), 'precious');
				finishEntry(garden, home, {mood: 'old'});
			}
		}
	}
};

/** The viewer's own control directory, believable or not, and what an interrupted sweep has left in its trash. */
const plantControl = (garden: Garden): void => {
	const {random, viewer, outputs} = garden;
	const plain = `${outputs}/.sojourn-${viewer}`;
	const kind = random.weighted([[30, 'none'], [55, 'plain'], [4, 'open'], [4, 'foreign'], [3, 'link'], [4, 'no trash']] as const);
	const make = (place: string): void => {
		fs.mkdirSync(bytes(place), {mode: 0o700});
		const trash = `${place}/trash`;
		if (kind === 'no trash') {
			fs.writeFileSync(bytes(trash), '');
		} else {
			fs.mkdirSync(bytes(trash), {mode: 0o700});
			plantLeftovers(garden, trash);
		}

		fs.lchownSync(bytes(trash), viewer, viewer);
		fs.lchownSync(bytes(place), viewer, viewer);
	};

	if (kind === 'plain' || kind === 'no trash') {
		make(plain);
	} else if (kind === 'link') {
		fs.symlinkSync(bytes(garden.outside), bytes(plain));
	} else if (kind !== 'none') {
		fs.mkdirSync(bytes(`${plain}/trash`), {recursive: true, mode: 0o700});
		fs.writeFileSync(bytes(`${plain}/trash/purge.${random.hex(24)}`), '');
		fs.chmodSync(bytes(plain), kind === 'open' ? 0o777 : 0o700);
		const owner = kind === 'foreign' && isRoot ? stranger + 1 : viewer;
		fs.lchownSync(bytes(plain), owner, owner);
	}

	if (kind !== 'plain' && kind !== 'none' && kind !== 'no trash' && random.chance(0.5)) {
		make(`${plain}-${random.hex(12)}`);
	}
};

/** Plants the tree that belongs to a seed. Its ctimes are those of the moment, and the clock of the sweep is chosen around them. */
export const plantTree = (base: string, seed: number, take: Garden['take']): Tree => {
	const random = createRandom(seed);
	const place = byteString(base);
	const outputs = `${place}/outputs`;
	const outside = `${place}/outside`;
	const viewer = isRoot && random.chance(0.35) ? stranger : self;
	fs.mkdirSync(bytes(outputs), {recursive: true, mode: 0o755});
	fs.chmodSync(bytes(place), 0o755);
	plantOutside(outside, viewer);
	const garden: Garden = {random, clock: chooseClock(random), viewer, outputs, outside, take, sessions: []};
	const count = 1 + random.below(6);
	for (let index = 0; index < count; index++) {
		const id = randomId(random);
		plantSession(garden, `${outputs}/${id}`, id);
		garden.sessions.push(id);
	}

	plantStrangers(garden);
	plantControl(garden);
	fs.lchownSync(bytes(outputs), viewer, viewer);
	return {base: place, outputs, outside, viewer, clock: garden.clock};
};
