import fs from 'node:fs';
import path from 'node:path';
import type {TestTerminal} from '../helpers/terminal.js';
import {checkUnchanged, removedIn, type Finding} from './concurrency-checks.js';
import {openExplorer, quit, type Tools} from './concurrency-parts.js';
import type {World} from './concurrency-world.js';
import {readTree, type Tree} from './inspect.js';
import {until} from './launch.js';
import type {Random} from './random.js';

/** An explorer that resumes an expired session at the moment when it is swept: one of the two is quicker, and the other is told. */
type Begun = {
	readonly id: string;
	readonly before: Tree;
	readonly terminal: TestTerminal;
	/** With what code the explorer has ended, if it has. */
	readonly ended: () => number | undefined;
};

export type Contest = {
	readonly isResumed: boolean;
	readonly findings: readonly Finding[];
};

/** Opens the explorer when the sweeps have come so near to its session that it may be either's. Begin before they do. */
export const startContest = async (tools: Tools, world: World, random: Random, id: string): Promise<Begun> => {
	const before = readTree(path.join(world.outputs, id));
	const turn = world.expired.filter(other => other < id).length;
	const distance = 1 + random.below(9);
	await until(() => removedIn(world).length >= turn - distance, `the sweeps to come near to ${id}`);
	const terminal = openExplorer(tools, world, id);
	let code: number | undefined;
	void terminal.exit.then(({exitCode}) => {
		code = exitCode;
	});
	return {id, before, terminal, ended: () => code};
};

/** Looks at what it has come to, when all sweepers have ended. */
export const judgeContest = async (world: World, {id, before, terminal, ended}: Begun): Promise<Contest> => {
	const place = path.join(world.outputs, id);
	const marker = path.join(place, '.session.json');
	const isTouched = (): boolean => fs.existsSync(marker) && !fs.readFileSync(marker, 'utf8').includes('"lastActiveAt":"2020');
	const findings: Finding[] = [];
	const blame = (text: string, lost = 0): void => {
		findings.push({text: `an explorer that resumes ${id}: ${text}`, lost});
	};

	try {
		const isSaidToBeGone = (): boolean => /gone|no session/.test(terminal.text());
		await until(() => ended() !== undefined || isTouched() || (!fs.existsSync(place) && isSaidToBeGone()), `an explorer to have resumed ${id}, or to say that it is gone; it shows ${terminal.text()}`, 30_000);
		const isResumed = fs.existsSync(place);
		const times = removedIn(world).filter(one => one === id).length;
		if (isResumed) {
			findings.push(...checkUnchanged(world, new Map([[id, before]]), ['.session.json']));
			if (times > 0) {
				blame(`it was removed ${times} times by the log, but is there`, 1);
			}
		} else if (times !== 1) {
			blame(`it is gone, and was removed ${times} times by the log`, 1);
		}

		const code = ended();
		if (code === undefined) {
			const problem = await quit(terminal);
			if (problem !== undefined) {
				blame(problem);
			}
		} else if (code !== 1 || isResumed) {
			blame(`it ended with ${code} by itself, the session is ${isResumed ? 'there' : 'gone'}: ${terminal.text().trim()}`);
		}

		if (fs.existsSync(place) !== isResumed) {
			blame(`when it ended, the session was ${isResumed ? 'gone' : 'there again'}`, 1);
		}

		return {isResumed, findings};
	} catch (error) {
		blame(String(error));
		return {isResumed: fs.existsSync(place), findings};
	} finally {
		await terminal.dispose();
	}
};
