import {resolveDestination} from '../export/destination.js';
import {exportFile, exportToStream, exportZip} from '../export/export.js';
import {defaultName} from '../export/names.js';
import type {Exported} from '../export/types.js';
import {Failure} from '../text/errors.js';
import {printable} from '../text/printable.js';
import {formatBytes, plural} from '../text/size.js';
import {chooseSession, holdOrWarn} from './choose.js';
import type {Context} from './context.js';
import {jsonPath, note, print, printJson, progressLine, warn} from './report.js';
import {resolveOutput} from './resolve-path.js';

const report = (context: Context, exported: Exported, wanted: string | undefined): number => {
	const {path, files, bytes, skipped, renamed, standIns} = exported;
	const isStream = path === '-';
	if (context.flags.json) {
		printJson(context, {...jsonPath(path), files, bytes, skipped: skipped.map(entry => ({...jsonPath(entry.path), reason: entry.reason}))});
	} else if (!isStream) {
		print(context, `${context.stdout.isTTY ? printable(path) : path}\n`);
	}

	if (renamed && wanted !== undefined) {
		note(context, `${printable(wanted)} was there already; exported as ${printable(path)}`);
	}

	for (const {path: original, name} of standIns) {
		note(context, `the name of ${printable(original)} is no UTF-8; in the archive it is ${printable(name)}`);
	}

	for (const {path: left, reason} of skipped) {
		warn(context, `not exported: ${printable(left)}: ${reason}`);
	}

	if (context.stderr.isTTY && !isStream) {
		note(context, `${plural(files, 'file')}, ${formatBytes(bytes)}`);
	}

	return skipped.length > 0 ? 1 : 0;
};

/** `sojourn export [PATH…]`: one file as a copy; several, a folder, or `--zip` as a ZIP. */
export const run = async (context: Context): Promise<number> => {
	const {flags, settings, words, signal} = context;
	const to = settings.exportTo.value;
	const isStream = to === '-';
	if (isStream && flags.json) {
		throw new Failure('--json and --to - contradict each other: both want standard output', 2);
	}

	if (isStream && flags.overwrite) {
		throw new Failure('--overwrite and --to - contradict each other: a stream replaces nothing', 2);
	}

	if (isStream && context.stdout.isTTY) {
		throw new Failure('an export is not written to a terminal: redirect it, as in "sojourn export --zip --to - > outputs.zip"', 2);
	}

	const {outputs, session} = await chooseSession(context);
	const chosen = [];
	for (const word of words) {
		chosen.push(await resolveOutput(outputs, session.id, word));
	}

	const paths = [...new Set(chosen.map(({path}) => path))];
	const isOneFile = paths.length === 1 && chosen[0]!.facts.type !== 'directory';
	const isZip = flags.zip ?? !isOneFile;
	const hold = await holdOrWarn(context, outputs, session.id);
	const progress = progressLine(context, 'exporting');
	const options = {signal, onProgress: progress.update};
	try {
		if (isStream) {
			return report(context, await exportToStream(outputs, session.id, paths, {zip: isZip}, context.stdout, options), undefined);
		}

		const name = defaultName({id: session.id, label: session.marker?.label, paths, isZip});
		const destination = await resolveDestination(to, name, {cwd: context.cwd, home: context.home});
		const exported = isZip
			? await exportZip(outputs, session.id, paths, destination, {...options, overwrite: flags.overwrite})
			: await exportFile(outputs, session.id, paths[0]!, destination, {...options, overwrite: flags.overwrite});
		progress.end();
		return report(context, exported, destination.name);
	} finally {
		progress.end();
		await hold?.release();
	}
};
