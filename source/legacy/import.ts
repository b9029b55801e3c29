import type {Directory} from '../files/descriptor.js';
import type {Outputs} from '../outputs/outputs.js';
import {parts} from '../outputs/read-session.js';
import {codeOf} from '../text/errors.js';
import {sessionDestination, type Destination} from './destination.js';
import {carryOut, planMerge, type Plan} from './merge.js';
import {dropStaleRecords, writeRecord} from './records.js';
import {survey, type Survey} from './survey.js';
import {checkRoom, Tally, type Outcome, type Place, type TaskOptions} from './task.js';
import {inTurn} from './turn.js';

export type ImportOptions = TaskOptions & {
	/** Milliseconds since 1970. */
	readonly now: number;
	/** The program and its version, for the record. */
	readonly tool: string;
};

export type MergeOutcome = Outcome & {
	/** Files that were there already, with the same content; among those counted. */
	readonly there: number;
	readonly renamed: Plan['renamed'];
};

/** What a plan says, where nothing is to be changed. */
export const planned = ({placements, renamed}: Plan, tally: Tally): MergeOutcome => {
	const files = placements.filter(({item}) => item.type === 'file');
	return {
		files: files.length,
		bytes: files.reduce((sum, {item}) => sum + item.bytes, 0),
		failed: tally.failed,
		there: files.filter(({sha256}) => sha256 !== undefined).length,
		renamed,
	};
};

/** A place where nothing is yet: a session that would be started. */
const nowhere: Destination = {
	look: async () => undefined,
	async * below() {}, // eslint-disable-line @typescript-eslint/no-empty-function -- nothing is there
	hash: async () => '',
	writer() {
		throw new Error('nothing is written to a session that is not there');
	},
};

/** Whether a session holds nothing but what an import that was killed may have brought: entries of these paths, types and sizes. */
export const isBeginningOf = async (outputs: Outputs, id: string, {items}: Survey, signal?: AbortSignal): Promise<boolean> => {
	const known = new Map(items.map(item => [item.path, item]));
	for (const part of parts) {
		try {
			for await (const chunk of outputs.walk(`${id}/${part}`, {signal})) {
				for (const entry of chunk) {
					const item = known.get(entry.path.slice(id.length + 1));
					if (!('facts' in entry) || item?.type !== entry.facts.type || (item.type === 'file' && item.bytes !== entry.facts.bytes)) {
						return false;
					}
				}
			}
		} catch (error) {
			if (codeOf(error) !== 'ENOENT') {
				throw error;
			}
		}
	}

	return true;
};

const isGone = (outputs: Outputs) => async (session: string): Promise<boolean> => {
	try {
		await outputs.stat(session);
		return false;
	} catch (error) {
		return codeOf(error) === 'ENOENT';
	}
};

/**
Copies `single` and `bulk` of a folder into a session. What is there already is not copied again: an import that was interrupted is gone on with. Of an import of the legacy folders a record is kept, on which their removal can rely.

@param source - open; the outputs directory itself, or another folder
@param session - the id of one of the user's own; absent in a dry run: a new one
@throws Failure if there is no room, or another process is at work; the signal's reason
*/
export const importInto = async (place: Place, outputs: Outputs, source: Directory, session: string | undefined, options: ImportOptions): Promise<MergeOutcome> => {
	const {root, directory} = place;
	const {signal} = options;
	const destination = session === undefined ? nowhere : sessionDestination(outputs, session);
	const isLegacy = await source.identity() === await root.identity();
	const work = async (): Promise<{readonly seen: Survey; readonly tally: Tally; readonly plan: Plan}> => {
		const seen = await survey(source, signal);
		const tally = new Tally(seen.bytes, options);
		tally.failed.push(...seen.failed);
		const plan = await planMerge(source, seen, destination, tally, {...options, verb: 'imported'});
		await checkRoom(root, directory, 'the import', plan.missing);
		return {seen, tally, plan};
	};

	const isToChange = !options.isDryRun && session !== undefined;
	if (!isToChange) {
		const {tally, plan} = await work();
		return planned(plan, tally);
	}

	return inTurn(place, options, async turn => {
		await dropStaleRecords(turn.records, isGone(outputs));
		const {seen, tally, plan} = await work();
		tally.failed.push(...turn.failed);
		const {there} = planned(plan, tally);
		const entries = await carryOut(source, seen, plan, destination, tally, {...options, verb: 'imported'});
		if (isLegacy && entries.length > 0) {
			await writeRecord(turn.records, {
				session, source: directory, createdAt: options.now, tool: options.tool, isWhole: entries.length === seen.files,
			}, entries);
		}

		return {files: tally.files, bytes: tally.bytes, failed: tally.failed, there, renamed: plan.renamed};
	});
};
