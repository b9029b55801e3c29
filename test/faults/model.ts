import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import {byteString} from './look.js';
import {compare} from './model-compare.js';
import {blindToFiles, clockAhead, deafToKeep, type Wrong} from './model-controls.js';
import {runMounts} from './model-mounts.js';
import {predict} from './model-oracle.js';
import {createStock} from './model-stock.js';
import {plantTree, type Tree} from './model-trees.js';
import type {Row, Scale} from './row.js';
import {isRoot, sweepAs, temporaryBase} from './store.js';

const treeCounts: Readonly<Record<Scale, number>> = {short: 150, full: 10_000};

/** A control goes on until the oracle has noticed, but not for ever. */
const controlCounts: Readonly<Record<Scale, number>> = {short: 12, full: 300};

const controlLimit = 600;

const mountCounts: Readonly<Record<Scale, number>> = {short: 3, full: 40};

/** Failures that are told; after as many, the rest would say nothing new. */
const enough = 25;

type Tally = {
	runs: number;
	fired: number;
	lost: number;
	/** Trees passed over, as the precision of numbers decides. */
	undecided: number;
	readonly problems: string[];
};

const emptyTally = (): Tally => ({runs: 0, fired: 0, lost: 0, undecided: 0, problems: []});

/** Plants, predicts, sweeps and compares, once and, as a sweep must find its own work finished, once more. */
const tryTree = async (tree: Tree, tally: Tally, name: string, wrong?: Wrong): Promise<void> => {
	tally.runs++;
	let hasRemoved = false;
	for (const round of wrong === undefined ? ['', ', second sweep'] : ['']) {
		const prediction = predict(tree);
		if (prediction.isTooNear) {
			tally.undecided++;
			break;
		}

		const report = await sweepAs(tree.outputs, tree.viewer, wrong?.policy?.(tree.clock) ?? tree.clock, wrong?.change);
		hasRemoved ||= report.removed.length > 0;
		const verdict = compare(tree, prediction, report);
		tally.lost += verdict.lost.length;
		tally.problems.push(...[...verdict.lost.slice(0, 5), ...verdict.wrong].map(text => `${name}${round}: ${text}`));
	}

	tally.fired += hasRemoved ? 1 : 0;
};

/** Removes a tree with whatever it holds; folders without permissions hinder those who are not root. */
const clear = (folder: string): void => {
	if (!isRoot) {
		execFileSync('chmod', ['-R', 'u+rwx', folder], {stdio: 'ignore'});
	}

	fs.rmSync(folder, {recursive: true, force: true});
};

const row = (what: string, {runs, fired, lost, undecided, problems}: Tally, isControl = false): Row =>
	({part: 'model', what, runs: runs - undecided, fired, lost, problems: isControl ? [] : problems.slice(0, enough), ...(isControl && {isControl: true as const})});

/**
Sweeps random trees and compares what is left with what an oracle says should be.

@param options.seed - the first tree's seed, each of the next is one more: a failure names its own, and is repeated by giving that
@param options.trees - how many, instead of what the scale says
*/
export const runModel = async (scale: Scale, {seed = 1, trees = treeCounts[scale]}: {readonly seed?: number; readonly trees?: number} = {}): Promise<Row[]> => {
	const base = await temporaryBase(scale, 'model');
	await fs.promises.mkdir(`${base}/stock`);
	const {take} = createStock(`${base}/stock`);
	const tallies = {own: emptyTally(), other: emptyTally()};
	const tryNext = async (number: number, choose: (tree: Tree) => Tally, wrong?: Wrong): Promise<void> => {
		const folder = `${base}/${number}`;
		const tree = plantTree(folder, seed + number, take);
		await tryTree(tree, choose(tree), `seed ${seed + number}`, wrong);
		clear(folder);
	};

	try {
		const isDone = (): boolean => Object.values(tallies).reduce((sum, {runs, undecided}) => sum + runs - undecided, 0) >= trees;
		for (let number = 0; !isDone(); number++) {
			await tryNext(number, tree => tree.viewer === 0 ? tallies.own : tallies.other);
		}

		const rows = [
			row('random trees, with root\'s rights', tallies.own),
			row('random trees, without root\'s rights', tallies.other),
		].filter(({runs}) => runs > 0);
		for (const wrong of [blindToFiles, deafToKeep, clockAhead]) {
			const tally = emptyTally();
			for (let number = 0; number < controlCounts[scale] || (tally.lost === 0 && number < controlLimit); number++) {
				await tryNext(number, () => tally, wrong);
			}

			rows.push(row(wrong.what, tally, true));
		}

		const mounts = emptyTally();
		await runMounts(mountCounts[scale], {base: byteString(base), seed, take}, mounts);
		return mounts.runs > 0 ? [...rows, row('random trees with a mount in a session', mounts)] : rows;
	} finally {
		await fs.promises.rm(base, {recursive: true, force: true});
	}
};
