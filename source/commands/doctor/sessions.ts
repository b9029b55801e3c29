import {listSessions, type Listing} from '../../outputs/sessions.js';
import type {Outputs} from '../../outputs/outputs.js';
import {countLegacyFolders} from '../../outputs/legacy-folders.js';
import type {Session} from '../../outputs/read-session.js';
import {isSessionId, shortId} from '../../session/id.js';
import {formatDuration} from '../../text/age.js';
import {shellQuote} from '../../text/shell.js';
import {formatCount, formatBytes, plural} from '../../text/size.js';
import type {Context} from '../context.js';
import {bad, good, type Check} from './check.js';

const minute = 60_000;
const hour = 60 * minute;

/** As many entries are looked at, at most: a hint must not take minutes. */
const mostEntries = 50_000;

/** What a walk through some sessions has found. */
type Findings = {
	entries: number;
	oldestChange: number;
	newestChange: number;
	/** Files that somebody began to add more than an hour ago. */
	unfinished: number;
};

const look = async (context: Context, outputs: Outputs, sessions: readonly Session[]): Promise<Findings> => {
	const found: Findings = {entries: 0, oldestChange: Infinity, newestChange: -Infinity, unfinished: 0};
	for (const {id} of sessions) {
		try {
			for await (const chunk of outputs.walk(id, {signal: context.signal, withUnfinished: true})) {
				for (const entry of chunk) {
					if ('facts' in entry) {
						const {changedAt} = entry.facts;
						found.entries++;
						found.oldestChange = Math.min(found.oldestChange, changedAt);
						found.newestChange = Math.max(found.newestChange, changedAt);
						found.unfinished += entry.isUnfinished && changedAt < context.now() - hour ? 1 : 0;
					}
				}

				if (found.entries >= mostEntries) {
					return found;
				}
			}
		} catch {
			context.signal.throwIfAborted(); // Gone, or broken: told elsewhere.
		}
	}

	return found;
};

const checkBroken = (sessions: readonly Session[]): Check => {
	const broken = sessions.filter(({problem}) => problem !== undefined);
	const [first] = broken;
	return first === undefined
		? good('sessions', sessions.length === 0 ? 'none yet' : `${plural(sessions.length, 'session')}, none broken`)
		: bad('sessions', `${broken.length} of ${plural(sessions.length, 'session')} ${broken.length === 1 ? 'is' : 'are'} broken, and kept as ${broken.length === 1 ? 'it is' : 'they are'}: ${broken.slice(0, 3).map(({id, problem}) => `${shortId(id)}: ${problem!}`).join('; ')}`, `look at it (sojourn ls --session ${shortId(first.id)}), move what is strange out of it or mend its .session.json; "sojourn end ${shortId(first.id)}" removes it`);
};

/** A tree of which every change time is the same was touched as a whole; if that happens each day, nothing in it ever expires. */
const checkChanges = (sessions: readonly Session[], {entries, oldestChange, newestChange}: Findings): Check | undefined => {
	const oldest = Math.min(...sessions.map(({marker}) => marker?.createdAt ?? Infinity));
	const isOneMoment = entries >= 3 && newestChange - oldestChange <= minute && oldest < oldestChange - hour;
	return isOneMoment
		? bad('change times', `all ${formatCount(entries)} entries were changed within one minute (${new Date(newestChange).toISOString()}), ${formatDuration(oldestChange - oldest)} after the first session began: something has run chown, chmod or a copy over the whole tree, which counts as use`, 'if an entrypoint or a timer does it at each start (chown -R), nothing ever expires: let it leave the outputs directory out')
		: undefined;
};

const checkUnfinished = (outputs: Outputs, {unmanaged}: Listing, {unfinished}: Findings): Check | undefined => {
	const empty = unmanaged.filter(name => isSessionId(name));
	if (empty.length > 0) {
		return bad('unfinished', `${plural(empty.length, 'entry', 'entries')} with a session's name ${empty.length === 1 ? 'is' : 'are'} none, such as ${empty[0]!}: a start was interrupted, or something else made ${empty.length === 1 ? 'it' : 'them'}`, `if it is empty: rmdir ${shellQuote(`${outputs.location}/${empty[0]!}`)}`);
	}

	return unfinished > 0
		? good('unfinished', `${plural(unfinished, 'file')} that somebody began to add an hour ago or longer; hidden, and removed with the session`)
		: undefined;
};

const checkLegacy = async (context: Context, outputs: Outputs): Promise<Check> => {
	const {files, bytes} = await countLegacyFolders(outputs, {signal: context.signal});
	return good('legacy', `folders that an older deployment shared between all users hold ${plural(files, 'file')}, ${formatBytes(bytes)}; only "sojourn legacy" changes them, and the explorer shows them`, files === 0 ? undefined : '"sojourn legacy status" says more; "sojourn legacy backup" and "import" bring them over');
};

/** What can be told of the sessions that the user may see. */
export const checkSessions = async (context: Context, outputs: Outputs): Promise<Check[]> => {
	const listing = await listSessions(outputs, {uid: context.uid, isAll: context.flags.all ?? false});
	const {sessions} = listing;
	const findings = await look(context, outputs, sessions);
	return [
		checkBroken(sessions),
		checkChanges(sessions, findings),
		checkUnfinished(outputs, listing, findings),
		...(listing.hasLegacy ? [await checkLegacy(context, outputs)] : []),
	].filter(check => check !== undefined);
};
