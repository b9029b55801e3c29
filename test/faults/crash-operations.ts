import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {fileHash, isTemporary, readTree, type Difference} from './inspect.js';
import {idOf, placesOf, target, type World} from './world.js';

/** What an operation has come to, however it ended. */
export type Made = {
	/** Whether it is complete: the only state that it may call a success. */
	readonly isDone: boolean;
	/** What is there and should not be, as it is. */
	readonly problems: readonly string[];
};

/** Something that the program does, and can be killed at. */
export type Operation = {
	readonly name: string;
	readonly words: readonly string[];
	/** Whether there are sessions that have expired. */
	readonly isSweep?: true;
	/** Whether the short version does without it, as another operation makes the same calls. */
	readonly isFullOnly?: true;
	/** Runs instead of the program: code that is known to be bad. */
	readonly control?: string;
	readonly prepare?: (world: World) => void;
	/** Whether a difference in the session that is worked on is of its making, and whole. */
	readonly explains?: (world: World, difference: Difference) => boolean;
	readonly inspect: (world: World, stdout: string) => Made;
};

/** Everything that is not marked to be kept has expired then. */
export const soon = ['--max-age-hours', '0.0000001'];

const readMarker = (folder: string): Record<string, unknown> | undefined => {
	try {
		return JSON.parse(fs.readFileSync(path.join(folder, '.session.json'), 'utf8')) as Record<string, unknown>;
	} catch {
		return undefined;
	}
};

const isEmptyOrMissing = (folder: string): boolean => !fs.existsSync(folder) || fs.readdirSync(folder).length === 0;

const sweep: Operation = {
	name: 'sweep',
	words: ['sweep', ...soon],
	isSweep: true,
	inspect: world => ({
		isDone: [...world.expired.keys()].every(id => placesOf(world, id).length === 0)
			&& [...world.live.keys()].every(id => placesOf(world, id)[0] === path.join(world.outputs, id))
			&& isEmptyOrMissing(world.trash),
		problems: [],
	}),
};

const label: Operation = {
	name: 'label',
	words: ['label', target, 'new'],
	explains(world, {path: place, kind}) {
		const marker = readMarker(path.join(world.outputs, target));
		return place === '.session.json' && kind === 'changed' && marker?.['id'] === target && marker['keepUntil'] === 'forever' && marker['createdAt'] === '2020-01-01T00:00:00.000Z' && marker['label'] === 'new';
	},
	inspect: world => ({isDone: readMarker(path.join(world.outputs, target))?.['label'] === 'new', problems: []}),
};

const start: Operation = {
	name: 'start',
	words: ['start', '--label', 'fresh'],
	inspect(world, stdout) {
		const problems: string[] = [];
		const made = fs.readdirSync(world.outputs).filter(name => !name.startsWith('.') && !world.live.has(name));
		for (const id of made) {
			const place = path.join(world.outputs, id);
			const marker = readMarker(place);
			if (fs.existsSync(path.join(place, '.session.json')) && (marker?.['id'] !== id || marker['label'] !== 'fresh')) {
				problems.push(`the marker of the new session ${id} is not whole`);
			}
		}

		const id = stdout.trim();
		const place = path.join(world.outputs, id);
		const notes = path.join(world.home, 'state/sojourn/current');
		const isNoted = [...readTree(notes).keys()].some(name => !isTemporary(name) && (JSON.parse(fs.readFileSync(path.join(notes, name), 'utf8')) as {session?: unknown}).session === id);
		return {isDone: id !== '' && isNoted && readMarker(place) !== undefined && ['single', 'bulk'].every(part => fs.existsSync(path.join(place, part))), problems};
	},
};

/** Where the things in `work` go. */
const addedAs = (place: string): string | undefined => {
	if (place === 'single/notes.txt') {
		return 'notes.txt';
	}

	return place === 'bulk/photos' || place.startsWith('bulk/photos/') ? place.slice('bulk/'.length) : undefined;
};

const add: Operation = {
	name: 'add',
	words: ['add', 'notes.txt', 'photos', '--session', target],
	explains(world, {path: place, kind}) {
		const source = addedAs(place);
		const tree = readTree(path.join(world.outputs, target));
		const work = readTree(world.work);
		return source !== undefined && kind === 'new' && work.has(source) && fileHash(work, source) === fileHash(tree, place);
	},
	inspect(world) {
		const tree = readTree(path.join(world.outputs, target));
		return {isDone: [...readTree(world.work).keys()].every(source => tree.has(source === 'notes.txt' ? 'single/notes.txt' : `bulk/${source}`)), problems: []};
	},
};

/** What an export of one file has come to, where perhaps another lay before. */
const inspectCopy = (world: World, old?: string): Made => {
	const exported = readTree(world.exports);
	const wanted = fileHash(readTree(path.join(world.outputs, target)), 'single/report.txt');
	const found = fileHash(exported, 'out.txt');
	const strange = [...exported.keys()].filter(name => name !== 'out.txt' && !isTemporary(name));
	const isOld = old === undefined ? found === undefined : found === old;
	return {
		isDone: found === wanted,
		problems: [
			...(found === wanted || isOld ? [] : [`the export out.txt is ${found === undefined ? 'gone' : 'neither the old file nor the whole new one'}`]),
			...strange.map(name => `there is an export that nobody asked for: ${name}`),
		],
	};
};

const exportFile: Operation = {
	name: 'export',
	isFullOnly: true,
	words: ['export', 'single/report.txt', '--session', target, '--to', '../exports/out.txt'],
	inspect: world => inspectCopy(world),
};

const oldExport = 'What was exported before.\n';

const exportOver: Operation = {
	name: 'export --overwrite',
	words: [...exportFile.words, '--overwrite'],
	prepare(world) {
		fs.writeFileSync(path.join(world.exports, 'out.txt'), oldExport);
		fs.writeFileSync(path.join(world.base, 'old'), oldExport);
	},
	inspect: world => inspectCopy(world, fileHash(readTree(world.base), 'old')),
};

const exportZip: Operation = {
	name: 'export --zip',
	words: ['export', '--zip', '--session', target, '--to', '../exports/out.zip'],
	inspect(world) {
		const archive = path.join(world.exports, 'out.zip');
		const strange = fs.readdirSync(world.exports).filter(name => name !== 'out.zip' && !isTemporary(name)).map(name => `there is an export that nobody asked for: ${name}`);
		if (!fs.existsSync(archive)) {
			return {isDone: false, problems: strange};
		}

		const out = path.join(world.base, 'unpacked');
		try {
			execFileSync('unzip', ['-qqo', archive, '-d', out], {stdio: 'pipe'});
		} catch (error) {
			return {isDone: false, problems: [...strange, `out.zip is not whole: ${String(error).split('\n', 2).join(' ')}`]};
		}

		const found = readTree(out);
		const session = readTree(path.join(world.outputs, target));
		const missing = [...session.keys()].filter(name => !name.startsWith('.') && fileHash(session, name) !== fileHash(found, name));
		return {isDone: missing.length === 0, problems: [...strange, ...missing.map(name => `out.zip lacks ${name}, or holds it otherwise`)]};
	},
};

/** An export under its final name from the start. */
const naiveExport: Operation = {
	name: 'export straight to its name',
	words: exportFile.words,
	inspect: exportFile.inspect,
	control: `
const fs = require('node:fs');
const [, , , file, , session, , to] = process.argv;
const run = async () => {
	const content = await fs.promises.readFile(process.env.SOJOURN_OUTPUTS + '/' + session + '/' + file);
	const handle = await fs.promises.open(to, 'wx');
	for (let start = 0; start < content.length; start += 30_000) {
		const block = content.subarray(start, start + 30_000);
		await handle.write(block, 0, block.length, start);
	}
	await handle.close();
};
void run();
`,
};

/** A removal of sessions where they lie. */
const naiveSweep: Operation = {
	...sweep,
	name: 'sweep in place',
	control: `
const fs = require('node:fs');
const run = async () => {
	const outputs = process.env.SOJOURN_OUTPUTS;
	for (const name of await fs.promises.readdir(outputs)) {
		if (!name.startsWith('.') && !(await fs.promises.readFile(outputs + '/' + name + '/.session.json', 'utf8')).includes('forever')) {
			await fs.promises.rm(outputs + '/' + name, {recursive: true});
		}
	}
};
void run();
`,
};

const keep: Operation = {
	name: 'keep',
	isFullOnly: true,
	words: ['keep', target, '--hours', '1'],
	explains(world, {path: place, kind}) {
		const marker = readMarker(path.join(world.outputs, target));
		return place === '.session.json' && kind === 'changed' && marker?.['id'] === target && marker['createdAt'] === '2020-01-01T00:00:00.000Z' && marker['keepUntil'] !== 'forever' && !Number.isNaN(Date.parse(String(marker['keepUntil'])));
	},
	inspect: world => ({isDone: readMarker(path.join(world.outputs, target))?.['keepUntil'] !== 'forever', problems: []}),
};

const rm: Operation = {
	name: 'rm',
	words: ['rm', 'bulk/batch', '--yes', '--session', target],
	explains: (world, {path: place, kind}) => kind === 'gone' && `${place}/`.startsWith('bulk/batch/') && !fs.existsSync(path.join(world.outputs, target, 'bulk/batch')),
	inspect: world => ({isDone: !fs.existsSync(path.join(world.outputs, target, 'bulk/batch')), problems: []}),
};

const ended = idOf(0x10);

const end: Operation = {
	name: 'end',
	words: ['end', ended, '--yes'],
	isSweep: true,
	inspect: world => ({isDone: placesOf(world, ended).length === 0, problems: []}),
};

export const operations: readonly Operation[] = [sweep, label, keep, start, add, exportFile, exportOver, exportZip, rm, end];

/** Bad code, on which the same must show. */
export const controls: readonly Operation[] = [naiveExport, naiveSweep];
