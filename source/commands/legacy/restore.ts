import {locateBackup, openBackup} from '../../legacy/open-backup.js';
import {restore} from '../../legacy/restore.js';
import {Failure} from '../../text/errors.js';
import {printable} from '../../text/printable.js';
import {formatBytes, plural} from '../../text/size.js';
import {runTask, tell, type Work} from './report.js';

/** `sojourn legacy restore BACKUP`: puts a backup back. */
export const run = async ({context, words, place}: Work): Promise<number> => {
	const [word, ...more] = words;
	if (word === undefined || more.length > 0) {
		throw new Failure('legacy restore takes one backup: a path, or a name that "sojourn legacy status" shows', 2);
	}

	const location = await locateBackup(word, place.directory, context.cwd);
	const {isVerified, ...done} = await runTask(context, 'restoring', async options => {
		const backup = await openBackup(location, place, options);
		try {
			if (!backup.isVerified) {
				options.onNote?.(`sojourn: warning: ${printable(location)} has no manifest: what it holds is unverified, and put back as it is now`);
			}

			return {isVerified: backup.isVerified, ...await restore(backup, place, options)};
		} finally {
			await backup.directory.close();
		}
	});
	const verb = context.flags.dryRun ? 'would put back' : 'put back';
	return tell(context, {
		action: 'restore',
		path: place.directory,
		...done,
		lines: [`${verb} ${plural(done.files, 'file')}, ${formatBytes(done.bytes)}${done.there > 0 ? `; ${plural(done.there, 'file')} ${done.there === 1 ? 'was' : 'were'} there already` : ''}${isVerified ? '' : ' (unverified)'}`],
		more: {backup: printable(location), verified: isVerified, there: done.there},
	});
};
