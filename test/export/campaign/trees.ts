import fs from 'node:fs';
import path from 'node:path';
import {createRandom} from '../../faults/random.js';
import {attempt} from '../../helpers/tools.js';
import {createReaders, problemsOf} from './readers.js';
import {createStage, type Tally} from './stage.js';
import {lookAt, plantTree, type Planted} from './tree.js';

const zones = ['UTC', 'America/New_York', 'Asia/Kolkata'] as const;

/** What is in one and not, or otherwise, in the other. */
const differences = (wanted: Planted, found: Planted): string[] => [
	...[...wanted].flatMap(([location, {hash, mode, seconds}]) => {
		const there = found.get(location);
		if (there === undefined) {
			return [`${JSON.stringify(location)} is missing`];
		}

		return [
			...(there.hash === hash ? [] : [`${JSON.stringify(location)} has other contents`]),
			...(there.mode === mode ? [] : [`${JSON.stringify(location)} has the mode ${there.mode.toString(8)}, not ${mode.toString(8)}`]),
			...(there.seconds === seconds ? [] : [`${JSON.stringify(location)} is ${there.seconds - seconds} s off`]),
		];
	}),
	...[...found.keys()].filter(location => !wanted.has(location)).map(location => `${JSON.stringify(location)} was never there`),
];

/** The names that those have in the archive that are no UTF-8: found by what they hold, as their stand-ins are told for people only. */
const withStandIns = (wanted: Planted, found: Planted): Planted => {
	const left = new Map([...found].filter(([location]) => !wanted.has(location)));
	const named = new Map<string, {readonly hash: string; readonly mode: number; readonly seconds: number}>();
	for (const [location, facts] of wanted) {
		const standIn = location.isWellFormed() ? undefined : [...left].find(([, other]) => other.hash === facts.hash && other.mode === facts.mode && other.seconds === facts.seconds);
		if (standIn !== undefined) {
			left.delete(standIn[0]);
		}

		named.set(standIn?.[0] ?? location, facts);
	}

	return named;
};

/** Random trees, archived in one time zone, read by all readers, and unpacked in three. */
export const runTrees = async (count: number, isFull: boolean, firstSeed = 1): Promise<Tally> => {
	const stage = createStage();
	const problems: string[] = [];
	let struck = 0;
	try {
		const readers = createReaders(stage.base).filter(reader => isFull || reader.isSlow === undefined);
		for (let seed = firstSeed; seed < firstSeed + count; seed++) {
			stage.clear();
			const random = createRandom(seed);
			const planted = plantTree(stage.session, random, 1 + random.below(40));
			const isStream = random.chance(0.3);
			const hasManifest = random.chance(0.5);
			const archive = path.join(stage.exports, 'out.zip');
			const level = random.chance(0.5) ? ['--level', String(random.below(10))] : [];
			const verify = !isStream && random.chance(0.5) ? ['--verify', random.pick(['full', 'directory'])] : [];
			const {ended} = stage.start(['--zip', '--to', isStream ? '-' : archive, ...(hasManifest ? ['--manifest'] : []), ...level, ...verify], {
				env: {TZ: random.pick(zones)}, ...(isStream && {stdout: archive}),
			});
			const {code, stderr} = await ended;
			const found = code === 0 ? [] : [`it ended with ${code}: ${stderr.trim().split('\n').at(-1)}`];
			found.push(...await problemsOf(readers, archive));
			for (const zone of zones) {
				// Bsdtar would write accents in another way. Without -V unzip takes a number after a ; for that of a version.
				const out = path.join(stage.exports, zone.replace('/', '-'));
				fs.mkdirSync(out);
				const {code: unpacked, stderr: why} = await attempt('unzip', ['-qq', '-^', '-V', archive, '-d', out], {TZ: zone, LC_ALL: 'C.UTF-8'});
				if (unpacked !== 0) {
					found.push(`unzip does not unpack it in ${zone}: ${why.trim()}`);
				}

				const there = new Map(lookAt(out));
				if (hasManifest) {
					const {code: summed, stdout, stderr: complaint} = await attempt('sh', ['-c', 'cd "$0" && sha256sum -c --strict SHA256SUMS', out], {LC_ALL: 'C.UTF-8'});
					if (summed !== 0 || stdout.split('\n').length - 1 !== planted.size) {
						found.push(`sha256sum is not content: ${complaint.trim()}`);
					}

					there.delete('SHA256SUMS');
				}

				found.push(...differences(withStandIns(planted, there), there));
			}

			struck += planted.size;
			problems.push(...found.map(problem => `tree ${seed}: ${problem}`));
		}
	} finally {
		stage.close();
	}

	return {part: 'random trees, read by all and unpacked in three time zones (struck: files)', runs: count, struck, problems};
};
