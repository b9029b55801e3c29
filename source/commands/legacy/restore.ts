import {locateBackup, openBackup} from '../../legacy/open-backup.js';
import {restore} from '../../legacy/restore.js';
import {Failure} from '../../text/errors.js';
import {printable} from '../../text/printable.js';
import {formatBytes, plural} from '../../text/size.js';
import {note} from '../report.js';
import {runTask, tell, type Work} from './report.js';

/** `sojourn legacy restore BACKUP`: puts a backup back. */
export const run = async ({context, words, place}: Work): Promise<number> => {
	const [word, ...more] = words;
	if (word === undefined || more.length > 0) {
		throw new Failure('legacy restore takes one backup: a path, or a name that "sojourn legacy status" shows', 2);
	}

	const location = await locateBackup(word, place.directory, context.cwd);
	return runTask(context, 'restoring', async options => {
		const backup = await openBackup(location, place, options);
		try {
			if (!backup.isVerified) {
				note(context, `sojourn: warning: ${printable(location)} has no manifest: what it holds is unverified, and put back as it is now`);
			}

			const done = await restore(backup, place, options);
			const isDryRun = context.flags.dryRun ?? false;
			const line = `${isDryRun ? 'would put back' : 'put back'} ${plural(done.files, 'file')}, ${formatBytes(done.bytes)}${done.there > 0 ? `; ${plural(done.there, 'file')} ${done.there === 1 ? 'was' : 'were'} there already` : ''}${backup.isVerified ? '' : ' (unverified)'}`;
			return tell(context, {
				action: 'restore', path: place.directory, ...done, lines: [line], more: {backup: location.toWellFormed(), verified: backup.isVerified, there: done.there},
			});
		} finally {
			await backup.directory.close();
		}
	});
};
