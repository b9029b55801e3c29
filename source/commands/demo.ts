import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {nativePath} from '../files/descriptor.js';
import {formatMarker, markerName} from '../session/marker.js';
import {Failure} from '../text/errors.js';
import {printable} from '../text/printable.js';
import type {Context} from './context.js';
import {demoSessions, demoUnmanaged, type DemoSession} from './demo/sessions.js';
import type {DemoEntry} from './demo/entry.js';
import {run as runExplorer} from './explore.js';
import {createContext} from './program.js';
import {note} from './report.js';

/**
How far ahead the demo's clock runs, in milliseconds. No program can give a file an old ctime, and a session is as young as its newest one: for the demo's expired sessions to have expired, time must have passed.
*/
const ahead = 31 * 3_600_000;

const setTimes = (place: string, time: number): void => {
	fs.utimesSync(nativePath(place), time / 1000, time / 1000);
};

const writeEntries = (folder: string, entries: readonly DemoEntry[], now: number): void => {
	const folders = new Map<string, number>();
	const makeFolder = (relative: string, time: number): void => {
		if (relative === '.' || relative === '') {
			return;
		}

		makeFolder(path.posix.dirname(relative), time);
		if (!folders.has(relative)) {
			fs.mkdirSync(nativePath(`${folder}/${relative}`), {recursive: true, mode: 0o700});
		}

		folders.set(relative, Math.max(time, folders.get(relative) ?? 0));
	};

	for (const entry of entries) {
		const time = now - entry.age;
		if (entry.type === 'directory') {
			makeFolder(entry.path, time);
			continue;
		}

		makeFolder(path.posix.dirname(entry.path), time);
		const place = `${folder}/${entry.path}`;
		fs.writeFileSync(nativePath(place), entry.bytes(), {mode: 0o600});
		setTimes(place, time);
	}

	for (const [relative, time] of [...folders].toReversed()) {
		setTimes(`${folder}/${relative}`, time);
	}
};

const writeSession = (outputs: string, session: DemoSession, now: number): void => {
	const folder = `${outputs}/${session.id}`;
	fs.mkdirSync(folder, {mode: 0o700});
	for (const part of ['single', 'bulk']) {
		fs.mkdirSync(`${folder}/${part}`, {mode: 0o700});
	}

	writeEntries(folder, session.entries, now);
	if (session.hasMarker) {
		fs.writeFileSync(`${folder}/${markerName}`, formatMarker({
			id: session.id,
			...(session.label === undefined ? {} : {label: session.label}),
			createdAt: now - session.createdAge,
			lastActiveAt: now - session.activeAge,
		}), {mode: 0o600});
	}
};

/** `sojourn demo`: an outputs directory full of examples in a temporary place, opened in the explorer. */
export const run = async (context: Context): Promise<number> => {
	if (context.words.length > 0) {
		throw new Failure('demo takes no arguments', 2);
	}

	if (context.flags.outputs !== undefined) {
		throw new Failure('--outputs does not go with demo: it makes an outputs directory of its own, in a temporary place', 2);
	}

	// Resolved: on some systems the temporary directory is reached through a link.
	const place = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'sojourn-demo-'));
	const remove = (): void => {
		fs.rmSync(place, {recursive: true, force: true, maxRetries: 3});
	};

	if (!context.flags.keep) {
		process.on('exit', remove);
	}

	const outputs = path.join(place, 'outputs');
	fs.mkdirSync(outputs, {mode: 0o700});
	const now = Date.now() + ahead;
	const sessions = demoSessions();
	for (const session of sessions) {
		writeSession(outputs, session, now);
	}

	writeEntries(outputs, demoUnmanaged(), now);
	const inner = await createContext({
		flags: {...context.flags, outputs},
		words: [],
		signal: context.signal,
		places: {data: path.join(place, 'data'), config: path.join(place, 'config'), state: path.join(place, 'state')},
		environment: {HOME: context.home, ...Object.fromEntries(['TERM', 'COLORTERM', 'NO_COLOR', 'LC_ALL', 'LC_CTYPE', 'LANG', 'INK_SCREEN_READER', 'TMUX', 'EDITOR', 'VISUAL', 'PAGER'].map(name => [name, context.environment[name]]))},
	});
	await inner.memory.remember(outputs, sessions[0]!.id);
	try {
		return await runExplorer({...inner, now: () => Date.now() + ahead});
	} finally {
		if (context.flags.keep) {
			note(context, `the examples are kept: sojourn --outputs ${printable(outputs)}`);
		} else {
			process.off('exit', remove);
			remove();
		}
	}
};
