import {Directory} from '../files/descriptor.js';
import {hasParts} from '../legacy/survey.js';
import {countStranded} from '../legacy/stranded.js';
import {Failure} from '../text/errors.js';
import {printable} from '../text/printable.js';
import {openOrWarn} from './choose.js';
import type {Context} from './context.js';
import {type FlagName, type Flags, written} from './flags.js';
import {note} from './report.js';
import {tell, type Action, type Work} from './legacy/report.js';

type Definition = {
	readonly takesWords: boolean;
	readonly flags: readonly FlagName[];
	/** Whether it makes the outputs directory where that is missing. */
	readonly mayCreate: boolean;
	/** Whether there is nothing to do where there are no legacy folders. */
	readonly needsFolders: boolean;
	readonly load: () => Promise<{readonly run: (work: Work) => Promise<number>}>;
};

const actions: Readonly<Record<Action, Definition>> = {
	status: {takesWords: false, flags: ['dry-run'], mayCreate: false, needsFolders: false, load: async () => import('./legacy/status.js')},
	backup: {takesWords: false, flags: ['to', 'dry-run'], mayCreate: false, needsFolders: true, load: async () => import('./legacy/backup.js')},
	import: {takesWords: true, flags: ['session', 'label', 'dry-run'], mayCreate: false, needsFolders: true, load: async () => import('./legacy/import.js')},
	remove: {takesWords: false, flags: ['to', 'yes', 'dry-run'], mayCreate: false, needsFolders: true, load: async () => import('./legacy/remove.js')},
	restore: {takesWords: true, flags: ['dry-run'], mayCreate: true, needsFolders: false, load: async () => import('./legacy/restore.js')},
	publish: {takesWords: true, flags: ['all', 'dry-run'], mayCreate: false, needsFolders: false, load: async () => import('./legacy/publish.js')},
};

const actionNames = Object.keys(actions);

/** Flags of `legacy` that belong to some of its actions only. */
const ownFlags: ReadonlyArray<readonly [name: FlagName, key: keyof Flags]> = [['session', 'session'], ['all', 'all'], ['label', 'label'], ['to', 'to'], ['dry-run', 'dryRun'], ['yes', 'yes']];

const actionOf = (word: string | undefined): Action => {
	if (word === undefined || !actionNames.includes(word)) {
		throw new Failure(`${word === undefined ? 'legacy needs an action' : `there is no action "${printable(word)}" of legacy`}: one of ${actionNames.join(', ')}`, 2);
	}

	return word as Action;
};

const checkUse = (action: Action, words: readonly string[], flags: Flags): void => {
	const {takesWords, flags: allowed} = actions[action];
	for (const [name, key] of ownFlags) {
		if (Object.hasOwn(flags, key) && !allowed.includes(name)) {
			const others = actionNames.filter(other => actions[other as Action].flags.includes(name));
			throw new Failure(`${written(name)} does not belong to legacy ${action}; it goes with legacy ${others.join(', ')}`, 2);
		}
	}

	if (!takesWords && words.length > 0) {
		throw new Failure(`legacy ${action} takes no argument: "${printable(words[0]!)}" is too much`, 2);
	}
};

const nothing = (context: Context, action: Action): number => {
	if (action !== 'status') {
		note(context, `there are no legacy folders: nothing to ${action === 'backup' ? 'back up' : action}`);
	}

	return tell(context, {
		action, path: context.settings.outputs.value, files: 0, bytes: 0, failed: [], lines: action === 'status' ? ['none: there are no legacy folders'] : [],
		...(action === 'status' && {more: {oldest: null, newest: null, parts: [], backups: [], imports: [], uncovered: null, inTrash: 0}}),
	});
};

/** `sojourn legacy ACTION …`: what older deployments left in the outputs directory, shared between all users. */
export const run = async (context: Context): Promise<number> => {
	const [word, ...words] = context.words;
	const action = actionOf(word);
	checkUse(action, words, context.flags);
	const {mayCreate, needsFolders, load} = actions[action];
	const opened = await openOrWarn(context, (mayCreate || (action === 'import' && words.length > 0)) && !context.flags.dryRun);
	const directory = opened?.outputs.local?.directory;
	if (directory === undefined && !needsFolders && action !== 'status') {
		throw new Failure(`the outputs directory ${printable(context.settings.outputs.value)} does not exist yet${action === 'publish' ? ', so there is no session' : ': without --dry-run it is made'}`);
	}

	if (directory === undefined) {
		return nothing(context, action);
	}

	const root = await Directory.open(directory);
	try {
		const place = {root, directory, uid: context.uid};
		if (needsFolders && words.length === 0 && !await hasParts(root) && await countStranded(place) === 0) {
			return nothing(context, action);
		}

		const {run: runAction} = await load();
		return await runAction({context, words, place});
	} finally {
		await root.close();
	}
};
