import fs from 'node:fs';
import path from 'node:path';
import type {Export, Producer} from './concurrency-parts.js';
import type {World} from './concurrency-world.js';
import {differences, fileHash, hashOf, readTree, type Tree} from './inspect.js';
import {runToEnd, type Ended} from './launch.js';

/** What is wrong, and how many files or sessions that cost. */
export type Finding = {readonly text: string; readonly lost: number};

const wrong = (text: string): Finding => ({text, lost: 0});

/** What a sweep says in JSON. */
export type Report = {
	readonly skipped: string | null;
	readonly removed: ReadonlyArray<{readonly id: string}>;
	readonly recovered: ReadonlyArray<{readonly id: string}>;
	readonly failed: ReadonlyArray<{readonly id: string; readonly error: string}>;
};

const emptyReport: Report = {skipped: null, removed: [], recovered: [], failed: []};

/** Reads what a sweep has printed, and says what should not be in it. */
export const readReport = ({code, signal, stdout, stderr, hasHung}: Ended): {readonly report: Report; readonly findings: readonly Finding[]} => {
	const findings = code === 0 ? [] : [wrong(`a sweep ended with ${code ?? signal}${hasHung ? ', as it hung' : ''}: ${stderr.trim()}`)];
	let report = emptyReport;
	try {
		report = JSON.parse(stdout) as Report;
	} catch {
		findings.push(wrong(`a sweep printed no JSON: ${stdout.slice(0, 200)}`));
	}

	findings.push(
		...report.failed.map(({id, error}) => wrong(`a sweep failed with ${id}: ${error}`)),
		...report.recovered.map(({id}) => wrong(`a sweep put back ${id}, though none was interrupted`)),
	);
	if (report.skipped !== null && report.skipped !== 'busy') {
		findings.push(wrong(`a sweep was skipped: ${report.skipped}`));
	}

	return {report, findings};
};

type Event = {readonly event: string; readonly id: string; readonly error?: string};

/** The events of a log, each line of which must be one. */
const readEvents = (file: string): {readonly events: readonly Event[]; readonly torn: number} => {
	const lines = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split('\n').filter(line => line !== '') : [];
	const events: Event[] = [];
	for (const line of lines) {
		try {
			events.push(JSON.parse(line) as Event);
		} catch {
			// Counted.
		}
	}

	return {events, torn: lines.length - events.length};
};

const count = (ids: readonly string[], wanted: string): number => ids.filter(id => id === wanted).length;

/** That what had expired was removed exactly once, by whoever it was, and nothing else. */
export const checkRemoved = (world: World, expired: readonly string[], reports: readonly Report[]): Finding[] => {
	const {home, outputs} = world;
	const {events, torn} = readEvents(path.join(home, '.local/state/sojourn/sojourn.log'));
	const logged = events.filter(({event}) => event === 'removed').map(({id}) => id);
	const reported = reports.flatMap(({removed}) => removed.map(({id}) => id));
	const findings = torn > 0 ? [wrong(`${torn} lines of the log are torn`)] : [];
	for (const id of expired) {
		// What no sweeper reports, an explorer has removed: it says so in the log alone.
		if (count(logged, id) !== 1 || count(reported, id) > 1) {
			findings.push(wrong(`the expired session ${id} was removed ${count(logged, id)} times by the log, ${count(reported, id)} times by the reports`));
		}

		if (fs.existsSync(path.join(outputs, id))) {
			findings.push(wrong(`the expired session ${id} is still there`));
		}
	}

	for (const id of new Set([...logged, ...reported])) {
		if (!expired.includes(id) && !world.contested.includes(id)) {
			const {held, explored, live} = world;
			const kind = [held.includes(id) && 'held', explored.includes(id) && `explored, number ${explored.indexOf(id)}`, live.includes(id) && 'live'].find(name => name !== false) ?? 'kept or unknown';
			findings.push({text: `the session ${id} (${kind}) was removed, by the ${count(reported, id) > 0 ? 'reports' : 'log'}`, lost: 1});
		}
	}

	return [...findings, ...events.filter(({event}) => event !== 'removed').map(({event, id, error}) => wrong(`the log says "${event}" of ${id}: ${error ?? ''}`))];
};

/** That sessions are as they were, whoever has looked at them. */
export const checkUnchanged = ({outputs}: World, before: ReadonlyMap<string, Tree>, ignored: readonly string[] = []): Finding[] =>
	[...before].flatMap(([id, tree]) => differences(tree, readTree(path.join(outputs, id)))
		.filter(({path: place}) => !ignored.includes(place))
		.map(({path: place, kind}) => ({text: `in ${id}: ${place} is ${kind}`, lost: kind === 'new' ? 0 : 1})));

/** That all that was written into a live session is there. */
export const checkWritten = ({outputs}: World, {id, written}: Producer): Finding[] => {
	const tree = readTree(path.join(outputs, id));
	return [...written].filter(([place, hash]) => fileHash(tree, place) !== hash).map(([place]) => ({text: `in ${id}, which is written to: ${place} is ${tree.has(place) ? 'changed' : 'gone'}`, lost: 1}));
};

/** The sessions that were removed so far, by the log. */
export const removedIn = ({home}: World): string[] =>
	readEvents(path.join(home, '.local/state/sojourn/sojourn.log')).events.filter(({event}) => event === 'removed').map(({id}) => id);

export const checkTrash = ({trash}: World): Finding[] => {
	const names = fs.existsSync(trash) ? fs.readdirSync(trash) : [];
	return names.length === 0 ? [] : [wrong(`left in the trash: ${names.join(' ')}`)];
};

type ExportReport = {readonly path: string; readonly skipped: ReadonlyArray<{readonly path: string; readonly reason: string}>};

/** That an export holds what was there when it began, and that its archive is whole. What is being written may be left out, if it is named. */
export const checkExport = async (world: World, {ended, to, file, expected, id}: Export): Promise<Finding[]> => {
	const name = `the export of ${file ?? 'all'} of ${id}`;
	const {code, signal, stdout, stderr} = ended;
	let report: ExportReport;
	try {
		report = JSON.parse(stdout) as ExportReport;
	} catch {
		return [wrong(`${name} ended with ${code ?? signal}, and printed no JSON: ${stderr.trim()}`)];
	}

	const findings = code === (report.skipped.length > 0 ? 1 : 0) ? [] : [wrong(`${name} ended with ${code ?? signal}: ${stderr.trim()}`)];
	if (file !== undefined) {
		const isWhole = fs.existsSync(to) && hashOf(fs.readFileSync(to)) === expected.get(file);
		return isWhole ? findings : [...findings, {text: `${name} holds something else`, lost: 1}];
	}

	const {code: tested, stdout: said} = await runToEnd(['unzip', '-tqq', to], {cwd: world.base, env: world.env});
	if (tested !== 0) {
		return [...findings, {text: `${name} is no whole archive: ${said.trim()}`, lost: 1}];
	}

	const folder = `${to}.unpacked`;
	await runToEnd(['unzip', '-qq', to, '-d', folder], {cwd: world.base, env: world.env});
	const tree = readTree(folder);
	const missing = [...expected].filter(([place, hash]) => fileHash(tree, place) !== hash);
	return [...findings, ...missing.map(([place]) => ({text: `${name} lacks ${place}, or has it changed`, lost: 1}))];
};
