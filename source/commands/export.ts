import {resolveDestination} from '../export/destination.js';
import {exportFile, exportToStream, exportZip} from '../export/export.js';
import {describeTrap, toldTraps} from '../export/name-traps.js';
import {defaultName} from '../export/names.js';
import {verifyValues, type Verify} from '../export/check-archive.js';
import {templateValues} from '../export/template-values.js';
import type {Exported} from '../export/types.js';
import {outermost} from '../outputs/path.js';
import {Failure} from '../text/errors.js';
import {printable} from '../text/printable.js';
import {formatBytes, plural} from '../text/size.js';
import {chooseSession, holdOrWarn} from './choose.js';
import type {Context} from './context.js';
import {jsonPath, note, printExact, printJson, progressLine, warn} from './report.js';
import {resolveOutputs} from './resolve-paths.js';

const report = (context: Context, exported: Exported, wanted: string | undefined): number => {
	const {path, files, bytes, skipped, renamed, standIns} = exported;
	const isStream = path === '-';
	if (context.flags.json) {
		printJson(context, {...jsonPath(path), files, bytes, skipped: skipped.map(entry => ({...jsonPath(entry.path), reason: entry.reason}))});
	} else if (!isStream) {
		printExact(context, path);
	}

	if (renamed && wanted !== undefined) {
		note(context, `${printable(wanted)} was there already; exported as ${printable(path)}`);
	}

	for (const {path: original, name} of standIns) {
		note(context, `the name of ${printable(original)} is no UTF-8; in the archive it is ${printable(name)}`);
	}

	reportTraps(context, exported.traps);
	for (const {path: left, reason} of skipped) {
		warn(context, `not exported: ${printable(left)}: ${reason}`);
	}

	if (context.stderr.isTTY && !isStream) {
		note(context, `${plural(files, 'file')}, ${formatBytes(bytes)}`);
	}

	return skipped.length > 0 ? 1 : 0;
};

/** All of them with --verbose. */
const reportTraps = (context: Context, traps: Exported['traps']): void => {
	const told = context.flags.verbose ? traps : traps.slice(0, toldTraps);
	for (const trap of told) {
		note(context, describeTrap(trap));
	}

	if (told.length < traps.length) {
		note(context, `and ${plural(traps.length - told.length, 'more name')} like these (--verbose tells all)`);
	}
};

type ZipSettings = {readonly level: number | undefined; readonly verify: Verify | undefined; readonly hasManifest: boolean};

/** @throws Failure with exit code 2 for a bad value */
const zipSettings = ({flags: {level, verify, manifest}}: Context): ZipSettings => {
	if (level !== undefined && !/^\d$/.test(level)) {
		throw new Failure(`--level is ${printable(level)}, but must be a digit from 0 (no compression) to 9 (the most)`, 2);
	}

	const how = verifyValues.find(value => value === verify);
	if (verify !== undefined && how === undefined) {
		throw new Failure(`--verify is ${printable(verify)}, but must be directory (the list of entries is read back) or full (every byte)`, 2);
	}

	return {level: level === undefined ? undefined : Number(level), verify: how, hasManifest: manifest ?? false};
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

	const zipped = zipSettings(context);
	if (isStream && zipped.verify !== undefined) {
		throw new Failure('--verify and --to - contradict each other: a stream cannot be read back', 2);
	}

	const {outputs, session} = await chooseSession(context);
	const {found, hasFailed} = await resolveOutputs(context, outputs, session.id, words);
	const paths = outermost(found.map(({path}) => path));
	const isOneFile = paths.length === 1 && found.find(({path}) => path === paths[0])!.facts.type !== 'directory';
	const isZip = flags.zip ?? !isOneFile;
	const zipFlag = (['level', 'verify', 'manifest'] as const).find(name => flags[name] !== undefined);
	if (!isZip && zipFlag !== undefined) {
		throw new Failure(`--${zipFlag} is for a ZIP, and one file is copied as it is: add --zip`, 2);
	}

	const codeOf = (exported: Exported, wanted: string | undefined): number => Math.max(report(context, exported, wanted), hasFailed ? 1 : 0);
	const hold = await holdOrWarn(context, outputs, session.id);
	const progress = progressLine(context, 'exporting');
	const options = {signal, onProgress: progress.update, isAlone: true, ...zipped};
	try {
		if (isStream) {
			return codeOf(await exportToStream(outputs, session.id, paths, {zip: isZip}, context.stdout, options), undefined);
		}

		const name = defaultName({id: session.id, label: session.marker?.label, paths, isZip});
		const values = templateValues({id: session.id, label: session.marker?.label, now: context.now()});
		const destination = await resolveDestination(to, name, {cwd: context.cwd, home: context.home, values});
		const exported = isZip
			? await exportZip(outputs, session.id, paths, destination, {...options, overwrite: flags.overwrite})
			: await exportFile(outputs, session.id, paths[0]!, destination, {...options, overwrite: flags.overwrite});
		progress.end();
		return codeOf(exported, destination.name);
	} finally {
		progress.end();
		await hold?.release();
	}
};
