import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {Directory, nativePath} from '../../files/descriptor.js';
import {lock} from '../../files/lock.js';
import {mayLookAtOthers} from '../../files/open-files.js';
import type {Look} from '../../settings/look.js';
import {isUtf8, localeOf} from '../../settings/locale.js';
import {formatDuration} from '../../text/age.js';
import {codeOf, reasonOf} from '../../text/errors.js';
import type {Context, Places} from '../context.js';
import {bad, good, type Check} from './check.js';

/** What is there before any setting is read: the program, the machine, the terminal. */
export const checkProgram = (): Check => good('program', `Node ${process.versions.node} on ${process.platform}, uid ${process.getuid?.() ?? '?'}, on ${os.hostname()}`);

/** Whether a lock can be had and is seen by a second descriptor, as it would be by another process. */
export const checkFlock = async (): Promise<Check> => {
	const place = await fs.promises.mkdtemp(path.join(os.tmpdir(), 'sojourn-doctor-'));
	try {
		const [first, second] = [await Directory.open(place), await Directory.open(place)];
		try {
			const taken = await lock(first.descriptor, 'shared');
			if (taken.outcome === 'unavailable') {
				return bad('locks', taken.reason, 'install flock (Debian: apt install util-linux); until then sessions are held by leases, which no other program knows');
			}

			const refused = await lock(second.descriptor, 'exclusive');
			return refused.outcome === 'busy'
				? good('locks', 'flock works')
				: bad('locks', `flock gives two processes what excludes each other (in ${place})`, 'use a file system with working locks for the temporary directory, and look here again');
		} finally {
			await first.close();
			await second.close();
		}
	} catch (error) {
		return bad('locks', `flock could not be tried in ${place}: ${reasonOf(error)}`, 'make the temporary directory (TMPDIR) writable');
	} finally {
		await fs.promises.rmdir(place).catch(() => undefined);
	}
};

/** What root needs for the sweep of everybody's sessions. */
export const checkSight = async ({uid, flags}: Pick<Context, 'uid' | 'flags'>): Promise<Check | undefined> =>
	uid === 0 && flags.all && !await mayLookAtOthers()
		? good('open files', 'root lacks CAP_SYS_PTRACE here, so what other users\' processes have open is not seen: a sweep of everybody\'s sessions spares those that are held by a lock alone', 'let the container or service have it (docker run --cap-add SYS_PTRACE)')
		: undefined;

type Terminal = Pick<Context, 'stdin' | 'stdout' | 'environment'>;

const colours = {0: 'no colours (NO_COLOR)', 16: 'the terminal\'s 16 colours', 256: '256 colours', 24: '24-bit colours'} as const;

const describeLook = ({theme, depth, isAscii, hasMouse, isLinear, keys}: Look): string => [
	`theme ${theme.base}${Object.keys(theme.roles).length === 0 ? '' : ' with changes'}, ${colours[depth]}`,
	isAscii ? 'plain ASCII' : 'UTF-8 glyphs',
	`mouse ${hasMouse ? 'on' : 'off'}`,
	...(isLinear ? ['lines for a screen reader'] : []),
	...(Object.keys(keys).length === 0 ? [] : ['keys of your own']),
].join(', ');

/** @param look - absent where the settings are so wrong that nobody knows */
export const checkTerminal = ({stdin, stdout, environment}: Terminal, look?: Look): Check => {
	const {TERM: type = ''} = environment;
	if (!stdin.isTTY || !stdout.isTTY) {
		return good('terminal', 'none: the explorer needs one on standard input and output; all other commands do not');
	}

	if (['', 'dumb'].includes(type)) {
		return bad('terminal', `TERM is ${type === '' ? 'not set' : `"${type}"`}, which cannot show the explorer`, 'set TERM to what your terminal is, such as xterm-256color');
	}

	const locale = localeOf(environment) ?? 'not set';
	if (!isUtf8(environment)) {
		return bad('terminal', `the locale is ${locale}, which is no UTF-8: the explorer draws with plain ASCII, and shows the bytes of all other characters`, 'set LANG to a UTF-8 locale, such as C.UTF-8');
	}

	return good('terminal', `${type}, ${stdout.columns ?? '?'}x${stdout.rows ?? '?'}, ${locale}${look === undefined ? '' : `; ${describeLook(look)}`}`);
};

/** @throws ENOENT only if nothing is there: a link that leads nowhere is something */
const expectDirectory = async (place: string): Promise<void> => {
	const isLink = (await fs.promises.lstat(nativePath(place))).isSymbolicLink();
	const stats = await fs.promises.stat(nativePath(place)).catch((error: unknown) => {
		throw isLink && codeOf(error) === 'ENOENT' ? new Error('it is a link that leads nowhere') : error;
	});
	if (!stats.isDirectory()) {
		throw new Error('it is no directory');
	}
};

/** Whether the places where this program keeps what is its own can be written. */
export const checkPlaces = async ({state}: Places): Promise<Check> => {
	let place = state;
	for (;;) {
		try {
			await expectDirectory(place);
			await fs.promises.access(nativePath(place), fs.constants.W_OK | fs.constants.X_OK);
			return good('state', `the current session and the log are kept in ${state}`);
		} catch (error) {
			if (codeOf(error) === 'ENOENT' && path.dirname(place) !== place) {
				place = path.dirname(place);
				continue;
			}

			return bad('state', `${place} cannot be written: ${reasonOf(error)}; neither the current session nor the log can be kept`, `make ${place} a directory that you own, or set XDG_STATE_HOME`);
		}
	}
};

/** Years are what a clock without a battery gets wrong. */
export const checkClockAlone = (now: number): Check => now < Date.UTC(2026, 0)
	? bad('clock', `the clock says ${new Date(now).toISOString()}, before this program was made`, 'set the clock (timedatectl set-ntp true); until then what is young may look old')
	: good('clock', `${new Date(now).toISOString()}, ${formatDuration(os.uptime() * 1000)} after boot`);
