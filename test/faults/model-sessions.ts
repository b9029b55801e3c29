import {Buffer} from 'node:buffer';
import fs from 'node:fs';
import {bytes} from './look.js';
import {finishEntry, plantChain, plantFolder, type Garden, type Mood} from './model-entries.js';
import {randomId} from './random.js';
import {hour, isRoot, stranger} from './store.js';

const minute = 60_000;

const iso = ({random}: Garden, time: number): string => {
	const text = new Date(time).toISOString();
	return time % 1000 === 0 && random.chance(0.5) ? text.replace('.000', '') : (random.chance(0.2) ? text.replace('Z', '000Z') : text);
};

/** The fields of a sound marker. */
const soundMarker = (garden: Garden, id: string, mood: Mood): Record<string, unknown> => {
	const {random, clock: {start, now, cutoff}} = garden;
	const old = start - (20 * 24 * hour);
	const lastActive = mood === 'old' || random.chance(0.6) ? random.pick([old, cutoff - 1, cutoff - hour]) : random.pick([cutoff, cutoff + 1, now, now - 1, now + minute, now + (6 * minute), now + (24 * hour)]);
	return {
		version: 1, id,
		...(random.chance(0.3) && {label: `label ${random.hex(3)}`}),
		createdAt: iso(garden, random.chance(0.95) ? Math.min(old, cutoff - 1) : random.pick([cutoff + 1, now + hour])),
		lastActiveAt: iso(garden, lastActive),
		...(random.chance(0.15) && {keepUntil: iso(garden, random.pick([now, now - 1, now - hour, old]))}),
		...(random.chance(0.1) && {unknown: {field: [1]}}),
	};
};

/** Markers that are none, each in its own way. The text of a sound one is given. */
const brokenMarkers: ReadonlyArray<(fields: Record<string, unknown>, garden: Garden) => string | Buffer> = [
	() => '',
	() => '{',
	() => 'null',
	() => '"text"',
	fields => JSON.stringify([fields]),
	fields => JSON.stringify(fields).slice(0, -1),
	fields => JSON.stringify({...fields, version: 2}),
	fields => JSON.stringify({...fields, version: '1'}),
	fields => JSON.stringify({...fields, version: undefined}),
	(fields, {random}) => JSON.stringify({...fields, id: randomId(random)}),
	fields => JSON.stringify({...fields, id: `${fields['id'] as string} `}),
	fields => JSON.stringify({...fields, id: 1}),
	fields => JSON.stringify({...fields, id: undefined}),
	fields => JSON.stringify({...fields, label: 7}),
	fields => JSON.stringify({...fields, createdAt: undefined}),
	fields => JSON.stringify({...fields, createdAt: 1_577_836_800_000}),
	fields => JSON.stringify({...fields, createdAt: '2020-13-01T00:00:00.000Z'}),
	fields => JSON.stringify({...fields, lastActiveAt: '2020-01-01T00:00:00.000'}),
	fields => JSON.stringify({...fields, lastActiveAt: '2020-01-01T00:00:00.000+00:00'}),
	fields => JSON.stringify({...fields, lastActiveAt: 'yesterday'}),
	fields => JSON.stringify({...fields, lastActiveAt: undefined}),
	fields => JSON.stringify({...fields, keepUntil: 'never'}),
	fields => JSON.stringify({...fields, keepUntil: 4_102_444_800_000}),
	fields => JSON.stringify({...fields, keepUntil: ''}),
	fields => JSON.stringify(fields).padEnd(16_385),
	fields => JSON.stringify({...fields, padding: 'x'.repeat(20_000)}),
	fields => Buffer.concat([Buffer.from(JSON.stringify(fields).slice(0, -1)), Buffer.from(',"x":"\u00FF"}', 'latin1')]),
];

const plantMarker = (garden: Garden, folder: string, id: string, kind: 'sound' | 'kept' | 'broken' | 'strange', mood: Mood): void => {
	const {random, clock: {now}, outside, take} = garden;
	const place = `${folder}/.session.json`;
	const fields = soundMarker(garden, id, mood);
	const text = JSON.stringify(fields);
	let owner = garden.viewer;
	switch (kind === 'strange' ? random.pick(['link', 'folder', 'pipe', 'socket', 'owner', 'shut'] as const) : kind) {
		case 'broken': {
			fs.writeFileSync(bytes(place), random.pick(brokenMarkers)(fields, garden));
			break;
		}

		case 'kept': {
			const keepUntil = random.pick(['forever', iso(garden, now + 1), iso(garden, now + (1000 * hour))]);
			fs.writeFileSync(bytes(place), JSON.stringify({...fields, keepUntil}));
			break;
		}

		case 'sound': {
			fs.writeFileSync(bytes(place), random.chance(0.1) ? text.padEnd(16_384) : text);
			break;
		}

		case 'link': {
			fs.writeFileSync(bytes(`${outside}/${id}.json`), text);
			fs.symlinkSync(bytes(`${outside}/${id}.json`), bytes(place));
			break;
		}

		case 'folder': {
			fs.mkdirSync(bytes(place));
			break;
		}

		case 'owner': {
			fs.writeFileSync(bytes(place), text, {mode: 0o644});
			owner = isRoot ? random.pick([stranger + 1, 0]) : owner;
			break;
		}

		case 'shut': {
			fs.writeFileSync(bytes(place), text, {mode: 0o200});
			break;
		}

		case 'pipe': {
			take('pipe', place);
			break;
		}

		case 'socket': {
			take('socket', place);
			break;
		}
	}

	finishEntry(garden, place, {mood, owner});
};

/** Plants what looks like a session, or nearly, as the directory `folder`. */
export const plantSession = (garden: Garden, folder: string, id: string): void => {
	const {random, viewer, clock} = garden;
	const mood: Mood = random.chance(0.65) ? 'old' : 'mixed';
	const marker = random.weighted([[50, 'sound'], [22, 'none'], [10, 'broken'], [8, 'kept'], [6, 'strange']] as const);
	const parts = random.weighted([[70, ['single', 'bulk']], [10, ['single']], [10, ['bulk']], [6, []]] as const);
	const isAnothers = isRoot && random.chance(0.04) && (viewer === 0 || !folder.includes('/trash/')); // Nobody but root has others' sessions in the trash.
	const owner = isAnothers ? stranger + 1 : viewer;
	fs.mkdirSync(bytes(folder));
	for (const part of parts) {
		const place = `${folder}/${part}`;
		if (random.chance(0.96)) {
			plantFolder(garden, place, 3, mood);
		} else if (random.chance(0.5)) {
			fs.writeFileSync(bytes(place), '');
			finishEntry(garden, place, {mood});
		} else {
			fs.symlinkSync(bytes(garden.outside), bytes(place));
			finishEntry(garden, place, {mood});
		}
	}

	if (random.chance(0.02) && !fs.existsSync(bytes(`${folder}/bulk`))) {
		plantChain(garden, `${folder}/bulk`, 200 + random.below(1500), mood);
	}

	if (marker !== 'none') {
		plantMarker(garden, folder, id, marker, mood);
	}

	if (random.chance(0.06)) {
		const place = `${folder}/.session.json.${random.hex(12)}.tmp`;
		fs.writeFileSync(bytes(place), random.hex(8));
		finishEntry(garden, place, {mood});
	}

	if (random.chance(0.07)) {
		const place = `${folder}/${random.pick(['stranger.txt', '.session.json.tmp', `.session.json.${random.hex(11)}.tmp`, 'Single', '\u00FF', 'single\n', '.session.json ', '.DS_Store', `.sojourn-${random.hex(16)}.part`])}`;
		fs.writeFileSync(bytes(place), '');
		finishEntry(garden, place, {mood});
	}

	const isWell = random.chance(0.93) || clock.isOnEdge;
	const modes = [0o000, 0o100, 0o300, 0o400, 0o500, 0o777, 0o1777];
	finishEntry(garden, folder, {mood, mode: random.pick(isWell ? [0o700, 0o755] : modes), owner});
};
