import {backup} from '../../legacy/backup.js';
import {countStranded} from '../../legacy/stranded.js';
import {inTurn} from '../../legacy/turn.js';
import {Failure} from '../../text/errors.js';
import {printable} from '../../text/printable.js';
import {formatBytes, plural} from '../../text/size.js';
import {version} from '../../version.js';
import {warn} from '../report.js';
import {runTask, tell, type Work} from './report.js';

/** `sojourn legacy backup [--to DIR]`: a verified copy. */
export const run = async ({context, place}: Work): Promise<number> => {
	const {flags: {to, dryRun}} = context;
	if (to === '-') {
		throw new Failure('--to - is refused: a backup is a directory; name one', 2);
	}

	const made = await runTask(context, 'backing up', async options => {
		if (!dryRun && await countStranded(place) > 0) {
			const failed = await inTurn(place, options, async turn => turn.failed);
			for (const {path, error} of failed) {
				warn(context, `${printable(path)}: ${error}`);
			}
		}

		return backup(place, {...options, to, cwd: context.cwd, now: context.now(), tool: `sojourn ${version}`});
	});
	const amount = `${plural(made.files, 'file')}, ${formatBytes(made.bytes)}`;
	const where = printable(made.path);
	const line = made.isComplete
		? `${where}: ${amount}, every file compared by its SHA-256`
		: (dryRun ? `would make ${where}: ${amount}${made.isResumed ? ', going on with what was begun' : ''}` : `${where}: not complete; ${amount} copied`);
	const code = tell(context, {action: 'backup', ...made, lines: [line], more: {complete: made.isComplete, resumed: made.isResumed}});
	if (!made.isComplete && !dryRun) {
		warn(context, 'the backup is not complete: mend what is named above, and run "sojourn legacy backup" again, which goes on from here');
	}

	return made.isComplete || dryRun ? code : 1;
};
