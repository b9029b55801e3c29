import fs from 'node:fs';
import path from 'node:path';
import {soon, type Operation} from './crash-operations.js';
import {differences, isTemporary, readTree, temporariesIn, type Tree} from './inspect.js';
import {type Ended, type Fault} from './strace.js';
import {placesOf, target, type World} from './world.js';

/** What a run has done wrong. */
export type Finding = {
	readonly text: string;
	/** Files lost, or left half done. */
	readonly lost: number;
};

const wrong = (text: string, lost = 0): Finding => ({text, lost});

const shorten = (texts: readonly string[]): string => texts.length > 3 ? `${texts.slice(0, 3).join(', ')} and ${texts.length - 3} more` : texts.join(', ');

const ending = ({code, signal, stderr}: Ended): string => `ended with ${code ?? signal ?? 'nothing'}${stderr === '' ? ', and says nothing' : ` and says "${stderr.trim()}"`}`;

/** What must be true at any moment, whatever has just been interrupted: nothing of a live session is lost, and one that expires is whole until it is out of sight. */
export const checkSessions = (world: World, operation: Operation): Finding[] => {
	const found: Finding[] = [];
	for (const [id, before] of [...world.live, ...world.expired]) {
		const isLive = world.live.has(id);
		const places = placesOf(world, id);
		if (places.length > 1) {
			found.push(wrong(`${id} lies both in its place and in the trash`));
		}

		if (places.length === 0 && isLive) {
			found.push(wrong(`the live session ${id} is gone`, before.size));
		}

		for (const place of places) {
			const differing = differences(before, readTree(place)).filter(difference =>
				!(difference.kind === 'new' && isTemporary(difference.path))
				&& !(id === target && operation.explains?.(world, difference)));
			if (differing.length > 0) {
				found.push(wrong(`the ${isLive ? 'live' : 'expired'} session at ${path.relative(world.outputs, place)} is not as it was: ${shorten(differing.map(({kind, path: name}) => `${kind} ${name}`))}`, differing.length));
			}
		}
	}

	return found;
};

/** What the operation has made is whole under its name. */
export const checkMade = (world: World, operation: Operation, {stdout}: Ended): Finding[] =>
	operation.inspect(world, stdout).problems.map(text => wrong(text, 1));

const tracePattern = /^\s+at .+:\d+|node:internal|^Node\.js v/m;

/** How the program has taken it that a system call failed. */
export const checkFailure = (world: World, operation: Operation, ended: Ended, fault: Fault, line: string): Finding[] => {
	const found: Finding[] = [];
	const {code, stderr} = ended;
	if (code === undefined) {
		found.push(wrong(ending(ended)));
	}

	if (tracePattern.test(stderr)) {
		found.push(wrong(`a stack trace: ${stderr.trim()}`));
	}

	if (code === 0) {
		if (!operation.inspect(world, ended.stdout).isDone) {
			found.push(wrong(`${ending(ended)}, but is not done`));
		}

		// A directory may be one that cannot be synced; otherwise what was promised may not last.
		const isSync = /\bf(?:data)?sync\(/.test(line);
		const isOfFile = /sync\(\d+<[^>]*\.(?:part|tmp)>/.test(line);
		if (isSync && (fault === 'EIO' || isOfFile) && stderr === '') {
			found.push(wrong('a failed sync is not told of'));
		}
	} else if (!/^sojourn: ./m.test(stderr)) {
		found.push(wrong(ending(ended)));
	}

	// What could not be unlinked stays.
	if (!/\bunlink(?:at)?\(/.test(line)) {
		for (const folder of [world.outputs, world.exports, world.home]) {
			found.push(...temporariesIn(folder).map(name => wrong(`${name} is left in ${path.basename(folder)}`, 1)));
		}
	}

	return found;
};

type Launch = (words: readonly string[]) => Promise<Ended>;

/** That the next sweep, which nothing disturbs, makes everything well. */
export const checkNextSweep = async (world: World, launch: Launch): Promise<Finding[]> => {
	const found: Finding[] = [];
	const before = new Map<string, Tree>([...world.live.keys()].map(id => [id, readTree(placesOf(world, id)[0] ?? '/nonexistent')]));
	const swept = await launch(['sweep', ...soon]);
	if (swept.code !== 0) {
		found.push(wrong(`the next sweep ${ending(swept)}`));
	}

	for (const [id, tree] of before) {
		const differing = differences(tree, readTree(path.join(world.outputs, id))).filter(({kind, path: name}) => !(kind === 'gone' && isTemporary(name)));
		if (differing.length > 0) {
			found.push(wrong(`after the next sweep ${id} is not in its place as it was: ${shorten(differing.map(({kind, path: name}) => `${kind} ${name}`))}`, differing.length));
		}
	}

	const strange = fs.readdirSync(world.outputs).filter(name => !world.live.has(name) && !name.startsWith('.sojourn-'));
	for (const name of strange) {
		found.push(wrong(`after the next sweep ${name} is still there, with ${readTree(path.join(world.outputs, name)).size} entries below`, 1));
	}

	// A session that was being made is left alone for an hour, as somebody may be making it.
	const left = [...readTree(world.trash).keys()].filter(name => !name.startsWith('new.'));
	if (left.length > 0) {
		found.push(wrong(`after the next sweep the trash holds ${shorten(left)}`, left.length));
	}

	return found;
};

/** That all goes on. */
export const checkUse = async (world: World, launch: Launch): Promise<Finding[]> => {
	const found: Finding[] = [];
	const started = await launch(['start']);
	if (started.code !== 0 || !fs.existsSync(path.join(world.outputs, started.stdout.trim(), '.session.json'))) {
		found.push(wrong(`the next start ${ending(started)}`));
	}

	const listed = await launch(['ls', '--session', target]);
	if (listed.code !== 0 || !listed.stdout.split('\n').includes('single/report.txt')) {
		found.push(wrong(`the next ls ${ending(listed)}`));
	}

	return found;
};
