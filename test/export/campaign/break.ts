import {Buffer} from 'node:buffer';
import {randomBytes} from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {createRandom} from '../../faults/random.js';
import {whyNoTracing} from '../../faults/strace.js';
import {attempt} from '../../helpers/tools.js';
import {createReaders, problemsOf} from './readers.js';
import {createStage, type Stage, type Tally} from './stage.js';

const plant = (stage: Stage): void => {
	for (let index = 0; index < 300; index++) {
		fs.writeFileSync(path.join(stage.session, 'bulk', `file-${index}.txt`), 'text '.repeat(2000));
	}

	fs.writeFileSync(path.join(stage.session, 'single/large.csv'), Buffer.alloc(5_000_000, 'a,b,c,1\n'));
	fs.writeFileSync(path.join(stage.session, 'single/large.png'), randomBytes(5_000_000));
};

const left = (stage: Stage): string[] => fs.readdirSync(stage.exports);

/** Every call of a kind fails, one after the other, until none is left. */
const failEach = async (stage: Stage, syscall: string, error: string, mostCalls: number): Promise<{runs: number; struck: number; problems: string[]}> => {
	const problems: string[] = [];
	let struck = 0;
	for (let call = 1; call <= mostCalls; call++) {
		const log = path.join(stage.base, 'strace.log');
		const archive = path.join(stage.exports, 'out.zip');
		for (const name of left(stage)) {
			fs.rmSync(path.join(stage.exports, name));
		}

		const {ended} = stage.start(['--zip', '--to', archive, '--manifest'], {
			// The `-y` names the files, so that only calls to the archive are counted as struck.
			before: ['strace', '-f', '-y', '-qq', '-o', log, '--seccomp-bpf', '-e', `trace=${syscall}`, '-e', `inject=${syscall}:error=${error}:when=${call}`],
		});
		const {code, stderr} = await ended;
		const hits = fs.readFileSync(log, 'utf8').split('\n').filter(line => line.includes('(INJECTED)'));
		if (hits.length === 0) {
			return {runs: call, struck, problems};
		}

		if (hits.every(line => !(line.includes('.part>') || line.includes('exports>')))) {
			continue; // It hit something else, such as a log.
		}

		struck++;
		// Where only the sync of the folder failed, the archive is whole and has its name.
		const isPlaced = hits.every(line => line.includes('exports>'));
		const found = left(stage).filter(name => !(isPlaced && name === 'out.zip'));
		if (code !== 1 || !stderr.includes('cannot write') || found.length > 0) {
			problems.push(`${error} at ${syscall} ${call}: it ended with ${code}, left ${JSON.stringify(found)}, and said ${JSON.stringify(stderr.trim().split('\n').at(-1))}`);
		}
	}

	return {runs: mostCalls, struck, problems};
};

/** A disk that is full, or broken, at each write. */
export const runFailingWrites = async (mostCalls: number): Promise<Tally> => {
	const part = 'EIO and ENOSPC at each write and sync';
	const why = await whyNoTracing();
	if (why !== undefined) {
		return {part, runs: 0, struck: 0, problems: [`not run: ${why}`]};
	}

	const stage = createStage();
	plant(stage);
	try {
		const all = [];
		for (const [syscall, error] of [['pwrite64', 'ENOSPC'], ['pwrite64', 'EIO'], ['fsync', 'EIO'], ['fdatasync', 'EIO']] as const) {
			all.push(await failEach(stage, syscall, error, mostCalls));
		}

		return {
			part, runs: all.reduce((sum, {runs}) => sum + runs, 0), struck: all.reduce((sum, {struck}) => sum + struck, 0), problems: all.flatMap(({problems}) => problems),
		};
	} finally {
		stage.close();
	}
};

/** A file system of some size is full at some moment: the archive takes a little more than 4,900 KB. */
export const runFullDisks = async (count: number): Promise<Tally> => {
	const part = 'file systems that are too small';
	const stage = createStage();
	plant(stage);
	const disk = path.join(stage.base, 'disk');
	fs.mkdirSync(disk);
	const problems: string[] = [];
	let struck = 0;
	try {
		for (let seed = 1; seed <= count; seed++) {
			const kilobytes = 16 + createRandom(seed).below(4800);
			const {code: mounted, stderr: why} = await attempt('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', disk]);
			if (mounted !== 0) {
				return {part, runs: 0, struck: 0, problems: [`not run: ${why.trim()}`]};
			}

			try {
				const {code, stderr} = await stage.start(['--zip', '--to', disk]).ended;
				struck += code === 1 ? 1 : 0;
				if (code !== 1 || !/no space is left on the disk|are free there/v.test(stderr) || fs.readdirSync(disk).length > 0) {
					problems.push(`${kilobytes} KB: it ended with ${code}, left ${JSON.stringify(fs.readdirSync(disk))}, and said ${JSON.stringify(stderr.trim().split('\n').at(-1))}`);
				}
			} finally {
				await attempt('umount', [disk]);
			}
		}
	} finally {
		stage.close();
	}

	return {part, runs: count, struck, problems};
};

/** Ended by a signal at any moment: nothing under the final name that is not whole, and after a signal that can be caught, nothing at all. */
export const runEnded = async (count: number): Promise<Tally> => {
	const stage = createStage();
	plant(stage);
	const problems: string[] = [];
	let struck = 0;
	try {
		const readers = createReaders(stage.base).filter(reader => reader.isSlow === undefined);
		const archive = path.join(stage.exports, 'out.zip');
		const {milliseconds} = await stage.start(['--zip', '--to', archive]).ended;
		fs.rmSync(archive);
		for (let seed = 1; seed <= count; seed++) {
			const random = createRandom(seed);
			const signal = random.pick(['SIGKILL', 'SIGINT', 'SIGTERM'] as const);
			const running = stage.start(['--zip', '--to', archive]);
			const timer = setTimeout(() => {
				running.kill(signal);
			}, (milliseconds * random.below(1000)) / 1000);
			const {code, signal: by} = await running.ended;
			clearTimeout(timer);
			struck += code === 0 ? 0 : 1;
			const found = left(stage);
			if (found.includes('out.zip')) {
				problems.push(...(await problemsOf(readers, archive)).map(problem => `${signal} ${seed}: ${problem}`));
			} else if (code === 0) {
				problems.push(`${signal} ${seed}: it ended with 0, and there is no archive`);
			}

			const parts = found.filter(name => name !== 'out.zip');
			if (parts.length > 0 && by === undefined) {
				problems.push(`${signal} ${seed}: it ended with ${code} and left ${JSON.stringify(parts)}`);
			}

			for (const name of found) {
				fs.rmSync(path.join(stage.exports, name));
			}
		}
	} finally {
		stage.close();
	}

	return {part: 'killed and interrupted at any moment', runs: count, struck, problems};
};

/** Several exports to one name at once: all arrive, none over another. */
export const runContest = async (count: number): Promise<Tally> => {
	const stage = createStage();
	const problems: string[] = [];
	const rivals = 5;
	let struck = 0;
	try {
		const readers = createReaders(stage.base).filter(reader => reader.isSlow === undefined);
		plant(stage);
		for (let round = 1; round <= count; round++) {
			const ended = await Promise.all(Array.from({length: rivals}, async () => stage.start(['--zip', '--to', path.join(stage.exports, 'out.zip')]).ended));
			const found = left(stage);
			struck += found.length - 1;
			if (ended.some(({code}) => code !== 0) || found.length !== rivals) {
				problems.push(`contest ${round}: ${JSON.stringify(ended.map(({code}) => code))}, ${JSON.stringify(found)}`);
			}

			for (const name of found) {
				problems.push(...(await problemsOf(readers, path.join(stage.exports, name))).map(problem => `contest ${round}: ${name}: ${problem}`));
				fs.rmSync(path.join(stage.exports, name));
			}
		}
	} finally {
		stage.close();
	}

	return {part: `${rivals} exports to one name at once (struck: those that took another)`, runs: count, struck, problems};
};
