import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type * as xdg from 'xdg-basedir';
import {Directory, nativePath} from '../files/descriptor.js';
import {appendToLog, readLog} from '../files/log-file.js';
import {readSmallFile} from '../files/read-small.js';
import {systemClock} from '../outputs/local/clock-record.js';
import {openOutputsDirectory, type OutputsDirectory} from '../outputs/local/directory.js';
import {localOutputs} from '../outputs/local/local.js';
import {readPolicy} from '../outputs/local/policy.js';
import {localSweeper} from '../outputs/local/sweeper.js';
import {resolveSettings, type Settings} from '../settings/settings.js';
import {codeOf, Failure, reasonOf} from '../text/errors.js';
import {printable} from '../text/printable.js';
import type {Context, Opened, Places} from './context.js';
import type {Flags} from './flags.js';
import {createMemory} from './memory.js';

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

const homeOf = (environment: Context['environment']): string => {
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

/** Makes what a command works with. Settings are checked before anything is touched. */
export const createContext = async ({flags, words, signal, places, environment = process.env}: {
	readonly flags: Flags;
	readonly words: readonly string[];
	readonly signal: AbortSignal;
	readonly places?: Places;
	readonly environment?: Context['environment'];
}): Promise<Context> => {
	const home = homeOf(environment);
	const {data, config, state} = places ?? await defaultPlaces(home);
	const configPath = path.join(config, 'config.json');
	const input = {
		flags: {outputs: flags.outputs, maxAgeHours: flags.maxAgeHours, session: flags.session, to: flags.to, theme: flags.theme, mouse: flags.mouse === true ? 'on' : undefined},
		environment,
		config: await readConfig({data, config, state}),
		configPath: printable(configPath),
		home,
		defaults: {outputs: path.join(data, 'outputs'), exportTo: '.'},
	};
	const first = resolveSettings(input);
	if (Object.keys(first.look.keys).length > 0) {
		const {rebind} = await import('../explorer/rebind.js');
		rebind(first.look.keys, printable(configPath)); // Refused here, before anything is touched.
	}

	const cwd = process.cwd();
	const uid = process.getuid?.() ?? 0;
	const {value: directory, source} = first.outputs;
	const open = async (mayCreate: boolean): Promise<OutputsDirectory | undefined> =>
		openOutputsDirectory(path.resolve(cwd, directory), {uid, home}, {isNamed: source !== 'default', mayCreate});

	// The policy lies in the outputs directory, so that is opened first; a directory that must be refused is refused by every command.
	let opened = await open(false);
	const policy = opened === undefined ? undefined : await readPolicy(opened.root);
	const settings: Settings = policy === undefined ? first : resolveSettings({...input, policy});

	return {
		flags,
		words,
		settings,
		// For other owners' sessions only an explicit flag or the deployment's policy counts.
		maxAgeHoursForOthers: resolveSettings({flags: {maxAgeHours: flags.maxAgeHours}, environment: {}, policy, defaults: input.defaults}).maxAgeHours.value,
		environment,
		stdin: process.stdin,
		stdout: process.stdout,
		stderr: process.stderr,
		cwd,
		home,
		uid,
		now: () => Date.now(),
		signal,
		memory: createMemory(state),
		async log(event) {
			await appendToLog(path.join(state, 'sojourn.log'), event).catch(() => undefined);
		},
		readLog: async () => readLog(path.join(state, 'sojourn.log')),
		places: {data, config, state},
		async open({mayCreate}): Promise<Opened | undefined> {
			opened ??= await open(mayCreate);
			if (opened === undefined) {
				return undefined;
			}

			const isGroupTrusted = policy?.sharedGroup !== undefined && await isGroup(policy.sharedGroup, opened.danger?.group);
			return {
				outputs: localOutputs(opened.root, opened.directory, uid),
				sweeper: localSweeper(opened, uid, {isGroupTrusted, clock: systemClock()}),
				...(opened.danger === undefined || (opened.danger.isGroupOnly && isGroupTrusted)
					? {}
					: {danger: {
						detail: `${opened.danger.isGroupOnly ? 'the group' : 'every user'} of this system can exchange what lies in ${printable(opened.directory)}; nothing is removed there until that is mended`,
						advice: opened.danger.advice,
					}}),
			};
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

