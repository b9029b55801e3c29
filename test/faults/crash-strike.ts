import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {checkFailure, checkMade, checkNextSweep, checkSessions, checkUse, type Finding} from './crash-checks.js';
import type {Operation} from './crash-operations.js';
import type {Scale} from './row.js';
import {logIn, run, struck, struckLine, type Ended, type Injection} from './strace.js';
import {plantWorld, removeFolder, type World} from './world.js';

/** What is copied once, and used by all runs. */
export type Tools = {
	/** A copy of `dist`. */
	readonly program: string;
	readonly folder: string;
	readonly scale: Scale;
};

/** Does something in a world of its own, which is removed afterwards. */
export const inWorld = async <T>({folder, scale}: Tools, operation: Operation, action: (world: World) => Promise<T>): Promise<T> => {
	const base = fs.mkdtempSync(path.join(folder, 'run-'));
	try {
		const world = plantWorld(base, scale, operation.isSweep ?? false);
		operation.prepare?.(world);
		return await action(world);
	} finally {
		await removeFolder(base);
	}
};

export const commandOf = ({program, folder}: Tools, {words, control}: Operation, warmUp = 0): string[] => [
	process.execPath,
	...(warmUp > 0 ? ['--require', path.join(folder, `warm-up-${warmUp}.cjs`)] : []),
	control === undefined ? path.join(program, 'bin.cjs') : path.join(folder, `control-${words[0]}.cjs`),
	...words,
];

const launchIn = ({program}: Tools, world: World) => async (words: readonly string[]): Promise<Ended> =>
	run([process.execPath, path.join(program, 'bin.cjs'), ...words], {cwd: world.work, env: world.env});

export type Struck = {
	readonly isFired: boolean;
	readonly findings: readonly Finding[];
};

/** One run with one fault, and all that is looked at afterwards. */
export const strike = async (tools: Tools, operation: Operation, injection: Injection): Promise<Struck> => inWorld(tools, operation, async world => {
	const log = logIn(world.base);
	const command = commandOf(tools, operation, injection.warmUp);
	const ended = await run(struck(command, log, injection), {cwd: world.work, env: world.env});
	const line = struckLine(log, injection);
	// The opens are counted beforehand; should another be hit, it is one that only reads.
	const isFired = line !== undefined && (injection.syscall !== 'openat' || line.includes('O_CREAT'));
	const findings: Finding[] = [
		...(ended.hasHung ? [{text: 'it hangs', lost: 0}] : []),
		...checkSessions(world, operation),
		...checkMade(world, operation, ended),
	];
	if (isFired && injection.fault !== 'KILL') {
		findings.push(...checkFailure(world, operation, ended, injection.fault, line));
	} else if (line === undefined && (ended.code !== 0 || !operation.inspect(world, ended.stdout).isDone)) {
		findings.push({text: `undisturbed, it ended with ${ended.code}: ${ended.stderr.trim()}`, lost: 0});
	}

	if (operation.control === undefined) {
		const launch = launchIn(tools, world);
		findings.push(...await checkNextSweep(world, launch));
		// Hardly anything can be wrong here that the look has not seen.
		if (tools.scale === 'full' || injection.call % 5 === 2) {
			findings.push(...await checkUse(world, launch));
		}
	}

	return {isFired, findings};
});
