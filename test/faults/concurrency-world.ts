import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {cleanEnvironment} from '../helpers/terminal.js';
import {lookAt} from './look.js';
import {randomId, type Random} from './random.js';

/** How many of each there are in a round. */
export type Sizes = {
	readonly sweepers: number;
	readonly expired: number;
	readonly held: number;
	readonly live: number;
	/** Explorers that have been open for longer than the timeout when the sweeps begin. */
	readonly early: number;
	/** Explorers that are opened together with the sweepers. */
	readonly late: number;
	/** Expired sessions, each of which an explorer tries to resume at the same moment. */
	readonly contested: number;
};

/** An outputs directory of one user, all sessions of which are idle at first. */
export type World = {
	readonly base: string;
	readonly home: string;
	readonly outputs: string;
	readonly trash: string;
	readonly exports: string;
	readonly env: Readonly<Record<string, string>>;
	readonly expired: readonly string[];
	/** Sessions that other programs hold. */
	readonly held: readonly string[];
	/** Sessions that explorers have open, the early ones first. */
	readonly explored: readonly string[];
	/** Sessions that have expired, and that explorers try to open while the sweeps go on. */
	readonly contested: readonly string[];
	readonly live: readonly string[];
	/** Marked to be kept. */
	readonly kept: readonly string[];
};

/** The timeout: short, as no program can make a file whose ctime is old. */
export const timeoutHours = 0.003;
export const timeout = timeoutHours * 3_600_000;

const plant = (world: {readonly outputs: string}, id: string, random: Random, keepUntil?: 'forever'): void => {
	const place = path.join(world.outputs, id);
	const make = (name: string, content: string): void => {
		fs.mkdirSync(path.dirname(path.join(place, name)), {recursive: true, mode: 0o700});
		fs.writeFileSync(path.join(place, name), content, {mode: 0o600});
	};

	make('.session.json', JSON.stringify({version: 1, id, label: `label ${id.slice(0, 8)}`, createdAt: '2020-01-01T00:00:00.000Z', lastActiveAt: '2020-01-01T00:00:00.000Z', keepUntil}));
	make(`single/only in ${id.slice(0, 8)}.txt`, random.hex(2000));
	for (let number = 0, count = 1 + random.below(8); number < count; number++) {
		make(`bulk/batch ${number % 3}/${'deep/'.repeat(random.below(4))}${number}.txt`, random.hex(random.below(3000)));
	}
};

export const plantLive = (world: World, random: Random): void => {
	for (const id of world.live) {
		plant(world, id, random);
	}
};

/** Plants all but the live sessions. */
export const plantWorld = (base: string, random: Random, sizes: Sizes): World => {
	const [home, outputs, exports] = ['home', 'outputs', 'exports'].map(name => {
		const folder = path.join(base, name);
		fs.mkdirSync(folder, {recursive: true, mode: 0o700});
		return folder;
	}) as [string, string, string];
	const ids = (count: number): string[] => Array.from({length: count}, () => randomId(random));
	const world: World = {
		base, home, outputs, exports,
		trash: path.join(outputs, `.sojourn-${process.getuid!()}`, 'trash'),
		env: cleanEnvironment(home, {SOJOURN_OUTPUTS: outputs, SESSION_TIMEOUT_HOURS: String(timeoutHours), NODE_DISABLE_COMPILE_CACHE: '1', TZ: 'UTC'}),
		expired: ids(sizes.expired),
		held: ids(sizes.held),
		explored: ids(sizes.early + sizes.late),
		// A sweep goes by the ids: others come before these, and tell when their turn is near.
		contested: ids(sizes.contested).map(id => `${random.pick([...'89abcdef'])}${id.slice(1)}`),
		live: ids(sizes.live),
		kept: ids(1),
	};
	for (const id of [...world.expired, ...world.held, ...world.explored, ...world.contested]) {
		plant(world, id, random);
	}

	for (const id of world.kept) {
		plant(world, id, random, 'forever');
	}

	return world;
};

/** Whether all sessions of the world are older than the timeout. What has been removed is. */
export const isOld = ({outputs, expired, held, explored, contested}: World): boolean => {
	try {
		const newest = Math.max(...[...expired, ...held, ...explored, ...contested]
			.map(id => path.join(outputs, id))
			.filter(place => fs.existsSync(place))
			.flatMap(place => [...lookAt(place).values()].map(({changed}) => Number(changed / 1_000_000n))));
		return newest < Date.now() - timeout - 100;
	} catch {
		return false; // An explorer is writing its marker.
	}
};
