import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type {TestTerminal} from '../helpers/terminal.js';
import {checkExport, checkRemoved, checkTrash, checkUnchanged, checkWritten, readReport, type Finding, type Report} from './concurrency-checks.js';
import {exportOver, holdByFlock, isOpened, makeGate, openExplorer, quit, startProducer, type Export, type Producer, type Tools} from './concurrency-parts.js';
import {judgeContest, startContest, type Contest} from './concurrency-contest.js';
import {isOld, plantLive, plantWorld, timeout, type Sizes, type World} from './concurrency-world.js';
import {readTree, type Tree} from './inspect.js';
import {launch, runToEnd, until} from './launch.js';
import {createRandom, type Random} from './random.js';

/** A round that is about to begin: all in it is old, and the holders hold. */
export type Prepared = {
	readonly world: World;
	readonly random: Random;
	readonly sizes: Sizes;
	readonly explorers: readonly TestTerminal[];
	readonly endings: ReadonlyArray<() => Promise<void>>;
};

export type Outcome = {
	readonly findings: readonly Finding[];
	readonly exported: readonly Export[];
	readonly exportFindings: readonly Finding[];
	readonly reports: readonly Report[];
	readonly contests: readonly Contest[];
	/** The machine was so busy that what is in use would have expired by rights. */
	readonly isStalled: boolean;
};

/** Plants the sessions, has them held, and waits until they are old. This may go on while another round is played. */
export const prepare = async (tools: Tools, base: string, seed: number, sizes: Sizes): Promise<Prepared> => {
	const random = createRandom(seed);
	const world = plantWorld(base, random, sizes);
	const endings: Array<() => Promise<void>> = [];
	const explorers: TestTerminal[] = [];
	try {
		for (const [number, id] of world.held.entries()) {
			endings.push(await holdByFlock(world, id, number === 0));
		}

		for (const id of world.explored.slice(0, sizes.early)) {
			const explorer = openExplorer(tools, world, id);
			explorers.push(explorer);
			await isOpened(explorer, id);
		}

		await until(() => isOld(world), 'the sessions to be old', timeout * 5);
		return {world, random, sizes, explorers, endings};
	} catch (error) {
		await giveUp({endings, explorers});
		throw error;
	}
};

/** Ends all that runs for a round. */
export const giveUp = async ({endings, explorers}: Pick<Prepared, 'endings' | 'explorers'>): Promise<void> => {
	await Promise.all([...endings.map(async end => end()), ...explorers.map(async explorer => explorer.dispose())]);
};

const treesOf = ({outputs}: World, ids: readonly string[]): Map<string, Tree> => new Map(ids.map(id => [id, readTree(path.join(outputs, id))]));

const filesOf = (tree: Tree): Map<string, string> => new Map([...tree]
	.filter(([place, what]) => what.startsWith('file ') && /^(?:single|bulk)\//.test(place))
	.map(([place, what]) => [place, what.split(' ').at(-1)!]));

/** All that goes on at once, until the last sweeper has ended and the explorers are open. */
const sweepAtOnce = async (tools: Tools, {world, sizes, random}: Prepared, explorers: TestTerminal[], producers: readonly Producer[]): Promise<{readonly reports: readonly Report[]; readonly findings: readonly Finding[]; readonly exported: readonly Export[]; readonly contests: readonly Contest[]}> => {
	const gate = makeGate(world);
	const late = world.explored.slice(sizes.early);
	// Until it is open, somebody else holds it: the first sweep might be quicker.
	const guards = await Promise.all(late.map(async id => holdByFlock(world, id)));
	const trees = treesOf(world, world.held);
	const loops = [
		exportOver(tools, world, 'held', number => {
			const id = world.held[number % world.held.length]!;
			const expected = filesOf(trees.get(id)!);
			return {id, expected, ...(number % 2 === 1 && {file: random.pick([...expected.keys()])})};
		}),
		exportOver(tools, world, 'live', number => {
			const {id, written} = random.pick(producers);
			const expected = new Map(written);
			return {id, expected, ...(number % 2 === 0 && {file: random.pick([...expected.keys()])})};
		}),
	];
	const opened = late.map(id => openExplorer(tools, world, id, gate.folder));
	explorers.push(...opened);
	const contests = world.contested.map(async id => startContest(tools, world, random, id));
	for (const contest of contests) {
		contest.catch(() => undefined); // Told when it is judged.
	}

	const sweepers = Array.from({length: sizes.sweepers}, async () => {
		const {child, ended} = launch([process.execPath, '--require', tools.gate, ...tools.sweep], {cwd: world.home, env: {...world.env, TEST_GATE: gate.folder}});
		child.stdin!.end();
		return ended;
	});
	await gate.open(sizes.sweepers + late.length);
	const opening = Promise.all(opened.map(async (explorer, number) => isOpened(explorer, late[number]!)));
	opening.catch(() => undefined); // Told below.
	const read = (await Promise.all(sweepers)).map(ended => readReport(ended));
	const findings = read.flatMap(one => one.findings);
	try {
		await opening;
	} catch (error) {
		findings.push({text: `an explorer did not open its session: ${String(error)}`, lost: 0});
	}

	const exported = (await Promise.all(loops.map(async loop => loop.stop()))).flat();
	await Promise.all(guards.map(async end => end()));
	return {reports: read.map(({report}) => report), findings, exported, contests: await Promise.all(contests.map(async contest => judgeContest(world, await contest)))};
};

/** Plays a round, and looks at what it has come to. */
export const play = async (tools: Tools, prepared: Prepared): Promise<Outcome> => {
	const {world, random, endings} = prepared;
	const explorers = [...prepared.explorers];
	const producers: Producer[] = [];
	try {
		plantLive(world, random);
		producers.push(...await Promise.all(world.live.map(async id => startProducer(world, id))));
		const untouched = treesOf(world, [...world.held, ...world.kept]);
		const explored = treesOf(world, world.explored);
		const {reports, findings: during, exported, contests} = await sweepAtOnce(tools, prepared, explorers, producers);
		const findings = [
			...during,
			...checkRemoved(world, world.expired, reports),
			...checkUnchanged(world, untouched),
			...checkUnchanged(world, explored, ['.session.json']), // Which notes that it is used.
		];

		const touched = performance.now();
		const quits = await Promise.all(explorers.splice(0).map(async explorer => quit(explorer)));
		findings.push(...quits.filter(problem => problem !== undefined).map(text => ({text, lost: 0})));
		await Promise.all(endings.map(async end => end()));
		const last = readReport(await runToEnd([process.execPath, ...tools.sweep], {cwd: world.home, env: world.env}));
		const isLate = performance.now() - touched > timeout * 0.9;
		findings.push(
			...last.findings,
			...checkRemoved(world, [...world.expired, ...world.held], [...reports, last.report]),
			...checkTrash(world),
			...checkUnchanged(world, new Map([...untouched].filter(([id]) => world.kept.includes(id)))),
			...checkUnchanged(world, explored, ['.session.json']),
		);

		let isStalled = isLate;
		for (const producer of producers.splice(0)) {
			const {gap, problem} = await producer.stop();
			isStalled ||= gap * 1000 > timeout * 0.9;
			findings.push(...(problem === undefined ? [] : [{text: problem, lost: 0}]), ...checkWritten(world, producer));
		}

		const exportFindings = (await Promise.all(exported.map(async one => checkExport(world, one)))).flat();
		return {findings, exported, exportFindings, reports, contests, isStalled};
	} finally {
		await Promise.all(producers.map(async producer => producer.stop()));
		await giveUp({endings, explorers});
		fs.rmSync(world.base, {recursive: true, force: true});
	}
};
