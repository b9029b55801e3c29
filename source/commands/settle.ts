import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type * as xdg from 'xdg-basedir';
import {Directory, nativePath} from '../files/descriptor.js';
import {appendToLog} from '../files/log-file.js';
import {readSmallFile} from '../files/read-small.js';
import {systemClock} from '../outputs/local/clock-record.js';
import {openOutputsDirectory, type OutputsDirectory} from '../outputs/local/directory.js';
import {localOutputs} from '../outputs/local/local.js';
import {readPolicy} from '../outputs/local/policy.js';
import {localSweeper} from '../outputs/local/sweeper.js';
import {resolveSettings, type Settings} from '../settings/settings.js';
import {codeOf, Failure, reasonOf} from '../text/errors.js';
import {printable} from '../text/printable.js';
import type {Opened, Places} from './context.js';

const absolute = (directory: string | undefined, fallback: string): string =>
	directory !== undefined && path.isAbsolute(directory) ? directory : fallback;

/** Where the XDG Base Directory Specification puts them. */
const defaultPlaces = async (home: string): Promise<Places> => {
	// For a user without a home the package cannot be loaded.
	const {xdgData, xdgConfig, xdgState} = await import('xdg-basedir').catch((): Partial<typeof xdg> => ({}));
	return {
		data: path.join(absolute(xdgData, path.join(home, '.local/share')), 'sojourn'),
		config: path.join(absolute(xdgConfig, path.join(home, '.config')), 'sojourn'),
		state: path.join(absolute(xdgState, path.join(home, '.local/state')), 'sojourn'),
	};
};

const configLimit = 65_536;

const readConfig = async (places: Places): Promise<unknown> => {
	const file = path.join(places.config, 'config.json');
	let directory: Directory | undefined;
	try {
		directory = await Directory.open(places.config, {follow: true});
		// The user's own file: a link to where dotfiles are kept is followed.
		const real = await fs.promises.realpath(directory.at('config.json'));
		const parent = await Directory.open(path.dirname(real), {follow: true});
		try {
			const {text} = await readSmallFile(parent, path.basename(real), configLimit);
			return JSON.parse(text) as unknown;
		} finally {
			await parent.close();
		}
	} catch (error) {
		if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') {
			return undefined;
		}

		throw new Failure(`cannot read the settings in ${printable(file)}: ${error instanceof SyntaxError ? 'it is not valid JSON' : reasonOf(error)}; correct or remove the file`, 2);
	} finally {
		await directory?.close();
	}
};

const homeOf = (environment: Readonly<Record<string, string | undefined>>): string => {
	const {HOME: home} = environment;
	if (home !== undefined && path.isAbsolute(home)) {
		return home;
	}

	try {
		return os.userInfo().homedir;
	} catch {
		throw new Failure('HOME is not set, and the system knows no home directory of this user: set HOME', 2);
	}
};

/** What is settled before anything is done: the settings, and the outputs directory that they name. */
export type Settled = {
	readonly settings: Settings;
	/** The timeout of other owners' sessions: only an explicit flag or the deployment's policy counts. */
	readonly maxAgeHoursForOthers: number;
	readonly home: string;
	readonly cwd: string;
	readonly uid: number;
	readonly places: Places;
	/** Printable, for messages. */
	readonly configPath: string;
	/** Notes a removal in the log. */
	readonly log: (event: Readonly<Record<string, unknown>>) => Promise<void>;
	/** Opens the outputs directory, once; `undefined` if it is missing and `mayCreate` is not set. */
	readonly open: (options: {readonly mayCreate: boolean}) => Promise<Opened | undefined>;
	/** Closes it again, for who goes on living. */
	readonly close: () => Promise<void>;
};

/** Settles what the program and the library work with. Settings are checked before anything is touched. */
export const settle = async ({flags, places, environment = process.env}: {
	readonly flags: Readonly<Record<string, string | undefined>>;
	readonly places?: Places | undefined;
	readonly environment?: Readonly<Record<string, string | undefined>>;
}): Promise<Settled> => {
	const home = homeOf(environment);
	const {data, config, state} = places ?? await defaultPlaces(home);
	const configPath = printable(path.join(config, 'config.json'));
	const input = {
		flags,
		environment,
		config: await readConfig({data, config, state}),
		configPath,
		home,
		defaults: {outputs: path.join(data, 'outputs'), exportTo: '.'},
	};
	const first = resolveSettings(input);
	const cwd = process.cwd();
	const uid = process.getuid?.() ?? 0;
	const {value: directory, source} = first.outputs;
	const open = async (mayCreate: boolean): Promise<OutputsDirectory | undefined> =>
		openOutputsDirectory(path.resolve(cwd, directory), {uid, home}, {isNamed: source !== 'default', mayCreate});

	// The policy lies in the outputs directory, so that is opened first; a directory that must be refused is refused by every command.
	let opening = open(false);
	const opened = await opening;
	let policy: Awaited<ReturnType<typeof readPolicy>>;
	let settings = first;
	try {
		policy = opened === undefined ? undefined : await readPolicy(opened.root);
		settings = policy === undefined ? first : resolveSettings({...input, policy});
	} catch (error) {
		await opened?.root.close();
		throw error;
	}

	const openOnce = async (mayCreate: boolean): Promise<OutputsDirectory | undefined> => {
		const last = opening;
		const there = await last;
		if (there !== undefined || !mayCreate) {
			return there;
		}

		if (opening === last) {
			// Who fails to make it leaves things as they were.
			opening = open(true).catch((error: unknown) => {
				opening = last;
				throw error;
			});
		}

		return opening;
	};

	return {
		settings,
		maxAgeHoursForOthers: resolveSettings({flags: {maxAgeHours: flags['maxAgeHours']}, environment: {}, policy, defaults: input.defaults}).maxAgeHours.value,
		home,
		cwd,
		uid,
		places: {data, config, state},
		configPath,
		async log(event) {
			await appendToLog(path.join(state, 'sojourn.log'), event).catch(() => undefined);
		},
		async open({mayCreate}): Promise<Opened | undefined> {
			const there = await openOnce(mayCreate);
			if (there === undefined) {
				return undefined;
			}

			const isGroupTrusted = policy?.sharedGroup !== undefined && await isGroup(policy.sharedGroup, there.danger?.group);
			return {
				outputs: localOutputs(there.root, there.directory, uid),
				sweeper: localSweeper(there, uid, {isGroupTrusted, clock: systemClock()}),
				...(there.danger === undefined || (there.danger.isGroupOnly && isGroupTrusted)
					? {}
					: {danger: {
						detail: `${there.danger.isGroupOnly ? 'the group' : 'every user'} of this system can exchange what lies in ${printable(there.directory)}; nothing is removed there until that is mended`,
						advice: there.danger.advice,
					}}),
			};
		},
		async close() {
			const there = await opening;
			await there?.root.close();
		},
	};
};

/** Whether the group `name` has the id `gid`. */
const isGroup = async (name: string, gid: number | undefined): Promise<boolean> => {
	const groups = await fs.promises.readFile(nativePath('/etc/group'), 'utf8').catch(() => '');
	return groups.split('\n').some(line => {
		const [group, , id] = line.split(':', 3);
		return group === name && Number(id) === gid;
	});
};
