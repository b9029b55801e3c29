import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import {bytes, differences, lookAt, namesIn} from './look.js';
import {compare} from './model-compare.js';
import type {Garden} from './model-entries.js';
import {mountsAreKept, predict} from './model-oracle.js';
import {plantTree} from './model-trees.js';
import {createRandom} from './random.js';
import {isRoot, sweepAs} from './store.js';

type Tally = {runs: number; fired: number; lost: number; readonly problems: string[]};

const mount = (options: readonly string[], place: string): boolean => {
	try {
		execFileSync('mount', [...options, place], {stdio: 'ignore'});
		return true;
	} catch {
		return false;
	}
};

const isFolder = (place: string): boolean => fs.lstatSync(bytes(place), {throwIfNoEntry: false})?.isDirectory() ?? false;

/** Where something is mounted below a folder by now: a mount goes along when its folder is moved. */
const mountsBelow = (folder: string): string[] => fs.readFileSync('/proc/self/mountinfo', 'latin1')
	.trim().split('\n', 100_000).map(line => line.split(' ', 5)[4] ?? '').filter(place => place.startsWith(`${folder}/`));

/**
Sweeps trees in which something is mounted within a session: what the mount holds is lost in no case. Only root can, and not everywhere; then nothing is run.
*/
export const runMounts = async (count: number, {base, seed, take}: {readonly base: string; readonly seed: number; readonly take: Garden['take']}, tally: Tally): Promise<void> => {
	if (!isRoot) {
		return;
	}

	for (let number = 0; number < count; number++) {
		const folder = `${base}/mount${number}`;
		const random = createRandom(seed + number);
		const tree = plantTree(folder, seed + number, take);
		const session = namesIn(tree.outputs).find(name => name.length === 36 && isFolder(`${tree.outputs}/${name}`) && isFolder(`${tree.outputs}/${name}/single`));
		if (session === undefined) {
			fs.rmSync(folder, {recursive: true, force: true});
			continue;
		}

		const place = `${tree.outputs}/${session}/single/mounted`;
		fs.mkdirSync(bytes(place));
		const isBound = random.chance(0.5);
		try {
			if (!mount(isBound ? ['--bind', `${tree.outside}/more`] : ['-t', 'tmpfs', 'none'], place)) {
				return;
			}

			if (!isBound) {
				fs.writeFileSync(bytes(`${place}/precious.txt`), 'precious');
			}

			const problems = await sweepMounted(tree, place);
			tally.runs++;
			tally.fired++;
			tally.lost += problems.lost.length;
			tally.problems.push(...[...problems.lost, ...problems.wrong].map(text => `seed ${seed + number} with a ${isBound ? 'bind mount' : 'tmpfs'}: ${text}`));
		} finally {
			for (const mounted of mountsBelow(folder)) {
				execFileSync('umount', [mounted]);
			}
		}

		// Nothing holds it any more.
		const prediction = predict(tree);
		const {lost, wrong} = compare(tree, prediction, await sweepAs(tree.outputs, tree.viewer, tree.clock));
		tally.lost += lost.length;
		tally.problems.push(...[...lost, ...wrong].map(text => `seed ${seed + number} after the mount: ${text}`));
		fs.rmSync(folder, {recursive: true, force: true});
	}
};

const sweepMounted = async (tree: ReturnType<typeof plantTree>, place: string): Promise<{readonly lost: readonly string[]; readonly wrong: readonly string[]}> => {
	const {base, outputs, viewer, clock} = tree;
	const held = lookAt(place);
	const prediction = predict(tree, [place.slice(base.length + 1)]);
	const report = await sweepAs(outputs, viewer, clock);
	const [mounted] = mountsBelow(base);
	const verdict = compare(tree, prediction, report, left => mounted !== undefined && !mountsAreKept && left.startsWith('outputs/.sojourn-') && `${mounted}/`.startsWith(`${base}/${left.split('/').slice(0, 4).join('/')}/`));
	// The mount point cannot go while something is mounted on it, and is told as a failure.
	const isTold = !mountsAreKept && prediction.removed.size > 0;
	return {
		lost: [...verdict.lost, ...(mounted === undefined ? ['the mount is gone'] : differences(held, lookAt(mounted)).map(text => `mounted: ${text}`))],
		wrong: verdict.wrong.filter(text => !isTold || !text.startsWith('failed: ')),
	};
};
