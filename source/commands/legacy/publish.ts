import {publish} from '../../legacy/publish.js';
import type {MergeOutcome} from '../../legacy/import.js';
import type {Problem} from '../../legacy/survey.js';
import {Failure} from '../../text/errors.js';
import {printable} from '../../text/printable.js';
import {formatBytes, plural} from '../../text/size.js';
import {holdOrWarn, nameSession} from '../choose.js';
import {namedSessions} from '../named.js';
import {note} from '../report.js';
import {renamedToJson, runTask, tell, type Work} from './report.js';

/** `sojourn legacy publish S…`: copies sessions to where an older version finds them. */
export const run = async ({context, words, place}: Work): Promise<number> => {
	if (words.length === 0) {
		throw new Failure('legacy publish needs at least one session: its id, its label, or 4 or more characters that its id starts with', 2);
	}

	const {outputs, sessions} = await namedSessions({...context, words}, words);
	const isDryRun = context.flags.dryRun ?? false;
	const done: Array<MergeOutcome & {readonly id: string}> = [];
	const failed: Problem[] = [];
	const lines: string[] = [];
	note(context, `what is published can be read by everybody who can read ${printable(place.directory)}`);
	for (const session of sessions) {
		if (session.problem !== undefined) {
			note(context, `sojourn: warning: the session ${nameSession(session)} is broken: ${session.problem}; its single and bulk are published`);
		}

		const hold = isDryRun ? undefined : await holdOrWarn(context, outputs, session.id);
		try {
			const one = await runTask(context, 'publishing', async options => publish(place, session, options));
			done.push({...one, id: session.id});
			failed.push(...one.failed.map(problem => ({...problem, path: `${session.id}/${problem.path}`})));
			lines.push(
				`${isDryRun ? 'would publish' : 'published'} ${plural(one.files, 'file')}, ${formatBytes(one.bytes)} of the session ${nameSession(session)}${one.there > 0 ? `; ${plural(one.there, 'file')} ${one.there === 1 ? 'was' : 'were'} there already` : ''}`,
				...isDryRun ? one.renamed.map(({path, to}) => `${printable(path)} would become ${printable(to)}`) : [],
			);
		} finally {
			await hold?.release();
		}
	}

	return tell(context, {
		action: 'publish',
		path: place.directory,
		files: done.reduce((sum, {files}) => sum + files, 0),
		bytes: done.reduce((sum, {bytes}) => sum + bytes, 0),
		failed,
		lines,
		more: {sessions: done.map(({id, files, bytes, there, renamed}) => ({id, files, bytes, there, renamed: renamedToJson(renamed)}))},
	});
};
