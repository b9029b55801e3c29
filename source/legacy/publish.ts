import type {Session} from '../outputs/read-session.js';
import {sharedDestination} from './destination.js';
import {planned, type MergeOutcome} from './import.js';
import {carryOut, planMerge} from './merge.js';
import {survey} from './survey.js';
import {syncTree} from './sync.js';
import {checkRoom, Tally, type Place, type TaskOptions} from './task.js';
import {inTurn} from './turn.js';

/**
Copies what a session holds into the legacy folders, where an older version finds it. Nothing is overwritten; what is there already is not copied again.

@throws Failure if there is no room, or another process is at work; the signal's reason
*/
export const publish = async (place: Place, {id}: Session, options: TaskOptions): Promise<MergeOutcome> => {
	const {root, directory} = place;
	const source = await root.directory(id);
	try {
		const {uid, gid} = await source.stat();
		const destination = sharedDestination(place, {uid, gid});
		const work = async (): Promise<MergeOutcome & {readonly carryOut: () => Promise<MergeOutcome>}> => {
			const seen = await survey(source, options.signal);
			const tally = new Tally(seen.bytes, options);
			tally.failed.push(...seen.failed);
			const plan = await planMerge(source, seen, destination, tally, {...options, verb: 'published'});
			await checkRoom(root, directory, 'the publication', plan.missing);
			const outcome = planned(plan, tally);
			return {
				...outcome,
				async carryOut() {
					await carryOut(source, seen, plan, destination, tally, {...options, verb: 'published'});
					await syncTree(root, options.signal);
					return {...outcome, files: tally.files, bytes: tally.bytes, failed: tally.failed};
				},
			};
		};

		if (options.isDryRun) {
			return await work();
		}

		return await inTurn(place, options, async turn => {
			const outcome = await (await work()).carryOut();
			return {...outcome, failed: [...turn.failed, ...outcome.failed]};
		});
	} finally {
		await source.close();
	}
};
