import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {controls, operations, type Operation} from './crash-operations.js';
import {inPairs, seriesOf, type Series} from './crash-series.js';
import {commandOf, inWorld, strike, type Tools} from './crash-strike.js';
import type {Row, Scale} from './row.js';
import {logIn, planTargets, run, warmUpOf, type Fault, type Planned, type Target} from './strace.js';
import {checkSyncOrder, type SyncOrder} from './sync-order.js';
import {removeFolder} from './world.js';

/**
The program is killed at each of its system calls that change something, and each of them is made to fail; after each such run an independent look says whether anything was lost, and the program is launched once more.
*/

const faults: readonly Fault[] = ['KILL', 'EIO', 'ENOSPC'];

/** Calls that a full disk makes fail. */
const needsSpace = /^(?:rename|renameat|renameat2|link|linkat|mkdir|mkdirat|openat|symlink|symlinkat|pwrite64|pwritev|pwritev2|copy_file_range|fallocate|fsync|fdatasync)$/;

/** Libuv wakes its threads by these: one that fails ends the process, which no disk brings about. */
const isWake = (syscall: string): boolean => syscall === 'write' || syscall === 'writev';

const isRealistic = (fault: Fault, syscall: string): boolean =>
	fault === 'KILL' || (!isWake(syscall) && (fault === 'EIO' || needsSpace.test(syscall)));

/** How many problems a row tells. */
const shown = 30;

/** Where much is wrong, the first few say it. */
const shorten = (problems: readonly string[]): string[] =>
	problems.length > shown ? [...problems.slice(0, shown), `and ${problems.length - shown} more`] : [...problems];

/** Strikes an operation with one fault, at one call after the other. */
const strikeAll = async (tools: Tools, operation: Operation, fault: Fault, targets: readonly Target[]): Promise<Row> => {
	const queue = targets.map(target => seriesOf(target, fault, tools.scale));
	const problems: string[] = [];
	let runs = 0;
	let fired = 0;
	let lost = 0;
	const next = (): {readonly series: Series; readonly call: number} | undefined => {
		while (queue.length > 0) {
			const series = queue[0]!;
			const call = series.next();
			if (call !== undefined) {
				return {series, call};
			}

			queue.shift();
		}

		return undefined;
	};

	await inPairs(next, async ({series, call}) => {
		const {syscall, warmUp} = series.target;
		const {isFired, findings} = await strike(tools, operation, {fault, syscall, call, warmUp});
		runs++;
		if (isFired) {
			fired++;
		} else {
			series.end(call);
		}

		for (const {text, lost: count} of findings) {
			lost += count;
			problems.push(`${operation.name}, ${syscall} number ${call}, ${fault}: ${text}`);
		}
	});
	const kinds = `${targets.length} system call${targets.length === 1 ? '' : 's'}`;
	return {
		part: 'crash',
		what: `${operation.name}, ${fault === 'KILL' ? 'killed at' : `${fault} from`} each of ${kinds}`,
		runs,
		fired,
		lost,
		problems: operation.control === undefined ? shorten(problems) : [],
		...(operation.control !== undefined && {isControl: true}),
	};
};

type Plan = {
	readonly targets: readonly Target[];
	readonly order: SyncOrder;
};

/** Which calls the operation makes, seen in two runs that nothing disturbs: the opens in one of their own, as the warm-up makes itself felt in other calls too. */
const plan = async (tools: Tools, operation: Operation): Promise<Plan> => {
	const look = async (warmUp: number): Promise<Planned> => inWorld(tools, operation, async world => planTargets(logIn(world.base), warmUp, async before =>
		run([...before, ...commandOf(tools, operation, warmUp)], {cwd: world.work, env: world.env})));
	const plain = await look(0);
	// How many files the main thread opens may depend on what else runs here.
	const warmUp = (2 * plain.mainOpens) + 100;
	fs.writeFileSync(path.join(tools.folder, `warm-up-${warmUp}.cjs`), warmUpOf(warmUp));
	const warm = await look(warmUp);
	for (const {ended} of [plain, warm]) {
		if (ended.code !== 0) {
			throw new Error(`${operation.name} fails when nothing disturbs it: ${ended.stderr}`);
		}
	}

	return {
		targets: [...plain.targets.filter(({syscall}) => syscall !== 'openat'), ...warm.targets.filter(({syscall}) => syscall === 'openat')],
		order: checkSyncOrder(plain.lines),
	};
};

/** That what has its name outlasts a power cut; `undefined` where no file gets one. */
const orderRow = ({name}: Operation, {placed, problems}: SyncOrder): Row | undefined => placed === 0
	? undefined
	: {
		part: 'crash',
		what: `${name}, files that are synced before they get their names, and their folders after`,
		runs: 1,
		fired: placed,
		lost: problems.length,
		problems: problems.map(problem => `${name}: ${problem}`),
	};

/**
Runs the campaign on the program as `npm run build` has made it.

@param onRow - told of each row when it is there
@param options.dist - another build of the program
@param options.only - the name of the one operation to try, to look at it again
*/
export const runCrash = async (
	scale: Scale,
	onRow?: (row: Row) => void,
	{dist = path.join(import.meta.dirname, '../../dist'), only}: {readonly dist?: string; readonly only?: string | undefined} = {},
): Promise<Row[]> => {
	const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'sojourn-crash-'));
	const tools: Tools = {program: path.join(folder, 'dist'), folder, scale};
	const rows: Row[] = [];
	const tell = (row: Row): void => {
		rows.push(row);
		onRow?.(row);
	};

	try {
		fs.cpSync(dist, tools.program, {recursive: true});
		for (const {words, control} of controls) {
			fs.writeFileSync(path.join(folder, `control-${words[0]}.cjs`), control!);
		}

		const chosen = [...operations, ...controls].filter(({name, isFullOnly}) => only === undefined ? scale === 'full' || !isFullOnly : name === only);
		for (const operation of chosen) {
			const {targets, order} = await plan(tools, operation);
			const ordered = operation.control === undefined ? orderRow(operation, order) : undefined;
			if (ordered !== undefined) {
				tell(ordered);
			}

			for (const fault of operation.control === undefined ? faults : faults.slice(0, 1)) {
				const realistic = targets.filter(({syscall}) => isRealistic(fault, syscall));
				if (realistic.length > 0) {
					tell(await strikeAll(tools, operation, fault, realistic));
				}
			}
		}
	} finally {
		await removeFolder(folder);
	}

	return rows;
};
