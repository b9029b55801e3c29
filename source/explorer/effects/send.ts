import os from 'node:os';
import type {Sender} from '../../export/send/channel.js';
import type {Hold} from '../../outputs/outputs.js';
import {nameOf} from '../../outputs/path.js';
import {shortId} from '../../session/id.js';
import {Failure, isAbort, reasonOf} from '../../text/errors.js';
import {printable} from '../../text/printable.js';
import {quoteForShell, shellQuote} from '../../text/shell.js';
import {formatBytes, plural} from '../../text/size.js';
import type {Effect, Message} from '../messages.js';
import type {Transfer} from '../terminal-facts.js';
import {createJobs, type Jobs} from './jobs.js';
import {locate, type Dispatch, type Services} from './services.js';

type SendEffect = Extract<Effect, {type: 'send'}>;

/** Milliseconds between two tellings of how far it is. */
const gap = 100;

const openSender = async (services: Services, transfer: Transfer, signal: AbortSignal, onProgress: (bytes: number) => void): Promise<Sender> => {
	const channel = services.terminal;
	if (channel === undefined) {
		throw new Failure('there is no terminal to send to');
	}

	switch (transfer.way) {
		case 'kitty': {
			const {openKittyTransfer} = await import('../../export/send/kitty.js');
			return openKittyTransfer(channel, `sojourn-${Math.random().toString(36).slice(2)}`, {signal, onProgress}, services.patience);
		}

		case 'iterm2': {
			const {openIterm2Transfer} = await import('../../export/send/iterm2.js');
			return openIterm2Transfer(channel, {signal, onProgress}, transfer.hasParts);
		}
	}
};

/** Names at the other end: of files that are called alike, each has its own. */
const namesFor = async (paths: readonly string[]): Promise<string[]> => {
	const [{readableName}, {candidateNames}] = await Promise.all([import('../../export/names.js'), import('../../files/place.js')]);
	const taken = new Set<string>();
	return paths.map(path => {
		for (const name of candidateNames(readableName(nameOf(path)))) {
			if (!taken.has(name)) {
				taken.add(name);
				return name;
			}
		}

		throw new Failure('no name is left');
	});
};

type Outcome = Pick<Extract<Message, {type: 'send-finished'}>, 'end' | 'kind' | 'text' | 'problems'>;

const sendAll = async (services: Services, dispatch: Dispatch, {transfer, paths, session, id, totalBytes}: SendEffect, signal: AbortSignal): Promise<Outcome> => {
	const [{openOne, readingFrom, isSame, changed}, names] = await Promise.all([import('../../export/one-file.js'), namesFor(paths)]);
	let told = -Infinity;
	const onProgress = (bytes: number): void => {
		const at = services.now();
		if (at - told >= gap) {
			told = at;
			dispatch({type: 'task-progressed', id, at, bytes, totalBytes, current});
		}
	};

	let current: string | undefined;
	const sender = await openSender(services, transfer, signal, onProgress);
	const problems: string[] = [];
	let [files, bytes] = [0, 0];
	onProgress(0);
	for (const [index, path] of paths.entries()) {
		const {session: of, path: within} = locate(session?.id, path);
		current = path;
		try {
			const file = await openOne(services.outputs, of, within);
			try {
				await sender.send({name: names[index]!, bytes: file.facts.bytes, modifiedAt: file.facts.modifiedAt, read: readingFrom(file, within).read});
				if (!isSame(file.facts, await file.restat())) {
					problems.push(`${printable(path)}: ${changed}`);
				}

				files++;
				bytes += file.facts.bytes;
			} finally {
				await file.close();
			}
		} catch (error) {
			signal.throwIfAborted();
			problems.push(`${printable(path)}: ${reasonOf(error)}`);
			if (sender.isOver()) {
				break;
			}
		}
	}

	await sender.finish();
	if (files === 0) {
		return {end: 'failed', kind: 'problem', text: paths.length === 1 ? `nothing was sent: ${problems[0]!}` : 'nothing was sent', problems: paths.length === 1 ? [] : problems};
	}

	const where = transfer.way === 'kitty' ? `, to ~/Downloads${files === 1 ? `/${printable(names[0]!)}` : ''} on your machine` : ' to iTerm2, not confirmed: look among its downloads';
	return {end: problems.length > 0 ? 'part' : 'done', kind: problems.length > 0 ? 'problem' : (transfer.way === 'kitty' ? 'success' : 'info'), text: `sent ${plural(files, 'file')}, ${formatBytes(bytes)}${where}`, problems};
};

/** Sends files to the user's own machine through the terminal, one transfer after the other. */
export const createFileSender = (services: Services, dispatch: Dispatch): Pick<Jobs, 'cancel' | 'settled'> & {readonly start: (effect: SendEffect) => void} => {
	const jobs = createJobs(1);
	const send = async (effect: SendEffect, signal: AbortSignal): Promise<void> => {
		let hold: Hold | undefined;
		try {
			const {session} = locate(effect.session?.id, effect.paths[0]!);
			hold = session === '' ? undefined : await services.outputs.hold(session).catch(() => undefined);
			signal.throwIfAborted();
			dispatch({type: 'send-finished', id: effect.id, ...await sendAll(services, dispatch, effect, signal)});
		} catch (error) {
			dispatch({
				type: 'send-finished', id: effect.id, problems: [], ...(signal.aborted || isAbort(error)
					? {end: 'cancelled', kind: 'info', text: 'sending was cancelled'}
					: {end: 'failed', kind: 'problem', text: `nothing was sent: ${reasonOf(error)}`}),
			});
		} finally {
			await hold?.release();
		}
	};

	return {
		...jobs,
		start(effect) {
			jobs.start(effect.id, async signal => send(effect, signal));
		},
	};
};

/** A command for the user's own machine that fetches outputs: as one file, or as a ZIP. */
const downloadCommand = ({outputs}: Services, {session, paths, isZip}: Extract<Effect, {type: 'tell-download'}>): string => {
	const host = shellQuote(`${os.userInfo().username}@${os.hostname()}`);
	const places = paths.map(path => locate(session?.id, path));
	if (places[0]!.session === '') {
		const {local} = outputs;
		if (local === undefined) {
			throw new Failure('what is not kept in a directory has no path on this machine');
		}

		// The commands know no shared folders: they are copied from where they lie.
		return places.map(({path}) => `scp -r ${host}:${quoteForShell(shellQuote(local.resolve(path)))} .`).join('; ');
	}

	const [first] = places;
	const name = isZip ? `${places.length === 1 && first!.path !== '' ? nameOf(first!.path) : session?.label ?? shortId(first!.session)}.zip` : nameOf(first!.path);
	const command = [
		'sojourn export --outputs', shellQuote(outputs.location), '--session', first!.session, ...(session?.owner === undefined ? [] : ['--all']), ...(isZip ? ['--zip'] : []), '--to -', ...places.map(({path}) => shellQuote(path)),
	].join(' ');
	return `ssh ${host} ${quoteForShell(command)} > ${shellQuote(name)}`;
};

/** Tells what to do where the terminal cannot be sent something. */
export const tellDownload = (services: Services, dispatch: Dispatch, effect: Extract<Effect, {type: 'tell-download'}>): void => {
	try {
		const command = downloadCommand(services, effect);
		const isWhole = services.copy(command);
		dispatch({
			type: 'text-shown',
			title: effect.why,
			lines: ['Run this on your own machine:', '', command, ...(isWhole ? ['', 'It was copied if your terminal allows that.'] : [])],
		});
	} catch (error) {
		dispatch({type: 'failed', problem: `nothing was sent: ${reasonOf(error)}`});
	}
};
