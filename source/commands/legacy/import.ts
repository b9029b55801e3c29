import fs from 'node:fs';
import path from 'node:path';
import {Directory, nativePath} from '../../files/descriptor.js';
import {importInto, isBeginningOf} from '../../legacy/import.js';
import {hasParts, survey} from '../../legacy/survey.js';
import type {Outputs} from '../../outputs/outputs.js';
import type {Session} from '../../outputs/read-session.js';
import {checkUsable, listSessions, startSession} from '../../outputs/sessions.js';
import {localOutputs} from '../../outputs/local/local.js';
import {isSessionId} from '../../session/id.js';
import {markerName} from '../../session/marker.js';
import {Failure, failed} from '../../text/errors.js';
import {decodeName} from '../../text/names.js';
import {printable} from '../../text/printable.js';
import {formatBytes, plural} from '../../text/size.js';
import {version} from '../../version.js';
import {chooseOrStart, currentSession, holdOrWarn, nameSession} from '../choose.js';
import type {Context} from '../context.js';
import {note} from '../report.js';
import {renamedToJson, runTask, tell, type Work} from './report.js';

/** Opens the folder that is imported from. */
const openSource = async (word: string | undefined, {context, place}: Work): Promise<Directory> => {
	if (word === undefined) {
		return place.root.directory('.');
	}

	const wanted = path.resolve(context.cwd, word);
	let source: Directory;
	try {
		source = await Directory.open(word === '' ? '' : wanted, {follow: true});
	} catch (error) {
		throw failed('import from', word, error);
	}

	try {
		const real = decodeName(await fs.promises.realpath(nativePath(wanted), {encoding: 'buffer'}));
		const isOutputs = await source.identity() === await place.root.identity();
		const name = path.basename(real);
		const isSession = (path.dirname(real) === place.directory && isSessionId(name)) || await source.lstat(markerName).then(() => true).catch(() => false);
		if (isOutputs || isSession) {
			throw new Failure(`cannot import from ${printable(word)}: it is ${isOutputs ? 'the outputs directory itself; "sojourn legacy import" without a folder takes its single and bulk' : 'a session, not a folder that an older version has left'}`);
		}

		if (['single', 'bulk'].some(part => `${place.directory}/`.startsWith(`${real}/${part}/`))) {
			throw new Failure(`cannot import from ${printable(word)}: the outputs directory itself lies in it`);
		}

		if (!await hasParts(source)) {
			throw new Failure(`cannot import from ${printable(word)}: it holds neither single/ nor bulk/`);
		}

		return source;
	} catch (error) {
		await source.close();
		throw error;
	}
};

/** Starts a session of that label; one that a killed import has started and not filled is gone on with. */
const labelled = async (context: Context, outputs: Outputs, label: string, source: Directory): Promise<Session> => {
	const {sessions} = await listSessions(outputs, {uid: context.uid});
	const there = sessions.find(({marker}) => marker?.label === label);
	if (there !== undefined && await isBeginningOf(outputs, there.id, await survey(source, context.signal), context.signal)) {
		note(context, `going on in the session ${nameSession(there)}, which holds nothing but a part of this import`);
		return checkUsable(there);
	}

	const session = await startSession(outputs, {label, now: context.now(), uid: context.uid});
	note(context, `started session ${session.id}`);
	return session;
};

const chooseSession = async (context: Context, outputs: Outputs, source: Directory): Promise<Session | undefined> => {
	const {flags: {label, dryRun}} = context;
	if (dryRun) {
		return label === undefined ? currentSession(context) : undefined;
	}

	if (label === undefined) {
		return (await chooseOrStart(context)).session;
	}

	const session = await labelled(context, outputs, label, source);
	await context.memory.remember(outputs.location, session.id);
	return session;
};

/** `sojourn legacy import [FOLDER] [--session S] [--label TEXT]`: into a session of one's own. */
export const run = async (work: Work): Promise<number> => {
	const {context, words, place} = work;
	if (context.flags.label !== undefined && context.flags.session !== undefined) {
		throw new Failure('--session and --label contradict each other: the first names a session, the second starts one', 2);
	}

	if (words.length > 1) {
		throw new Failure('legacy import takes one folder at most', 2);
	}

	const source = await openSource(words[0], work);
	try {
		const outputs = localOutputs(place.root, place.directory, place.uid);
		const session = await chooseSession(context, outputs, source);
		const isDryRun = context.flags.dryRun ?? false;
		const hold = session === undefined || isDryRun ? undefined : await holdOrWarn(context, outputs, session.id);
		try {
			const done = await runTask(context, 'importing', async options => importInto(place, outputs, source, session?.id, {...options, now: context.now(), tool: `sojourn ${version}`}));
			const where = session === undefined ? 'a new session' : nameSession(session);
			const names = isDryRun ? done.renamed.map(({path: from, to}) => `${printable(from)} would become ${printable(to)}`) : [];
			return tell(context, {
				action: 'import',
				path: session === undefined ? place.directory : `${place.directory}/${session.id}`,
				...done,
				lines: [`${isDryRun ? 'would import' : 'imported'} ${plural(done.files, 'file')}, ${formatBytes(done.bytes)} into ${where}${done.there > 0 ? `; ${plural(done.there, 'file')} ${done.there === 1 ? 'was' : 'were'} there already` : ''}`, ...names],
				more: {session: session?.id ?? null, there: done.there, renamed: renamedToJson(done.renamed)},
			});
		} finally {
			await hold?.release();
		}
	} finally {
		await source.close();
	}
};
