import type {Removed, SweepReport} from '../outputs/sweep.js';
import {shortId} from '../session/id.js';
import {formatDuration} from '../text/age.js';
import {printable, printableText} from '../text/printable.js';
import {formatBytes, plural} from '../text/size.js';
import type {Model} from './model.js';

const wordsFor = {marker: 'its marker', mtime: 'mtime', ctime: 'ctime'} as const;

const removedLine = (isDryRun: boolean, {id, files, bytes, lastActiveAt, evidence: {path, source}}: Removed, now: number): string =>
	`${isDryRun ? 'would go' : 'removed '} ${shortId(id)}  ${plural(files, 'file')}, ${formatBytes(bytes)}; last active ${formatDuration(now - lastActiveAt)} ago: ${wordsFor[source]}${source === 'marker' ? '' : ` of ${path === '' ? 'its directory' : printable(path)}`}`;

const linesOf = ({isDryRun, skipped, detail, removed, recovered, failed, kept, unmanaged, warnings = []}: SweepReport, now: number): string[] => {
	const lines = [
		...(skipped === undefined ? [] : [`nothing ${isDryRun ? 'can be' : 'was'} removed: ${detail ?? skipped}`]),
		...removed.map(one => removedLine(isDryRun, one, now)),
		...recovered.map(({id}) => `put back ${shortId(id)}  after an interrupted removal`),
		...failed.map(({id, error}) => `failed   ${shortId(id)}  ${error}`),
		...kept.map(({id, reason}) => `kept     ${shortId(id)}  ${reason}`),
		...unmanaged.map(({name}) => `no session, never touched: ${printable(name)}`),
		...warnings.map(text => `warning: ${text}`),
	];
	return lines.length === 0 ? ['there was nothing to look at'] : lines.map(line => printableText(line));
};

/** What a sweep would do, as lines of a report. */
export const trialLines = (report: Model['sweep'], now: number): readonly string[] => {
	switch (report.state) {
		case 'idle':
		case 'loading': {
			return ['looking at every session…'];
		}

		case 'failed': {
			return [printableText(report.problem)];
		}

		case 'ready': {
			return report.value.removed.length === 0 ? ['nothing has expired that a sweep could remove', ...linesOf(report.value, now)] : linesOf(report.value, now);
		}
	}
};

/** The last sweep in full: the status bar has room for a sentence. */
export const sweepReportOf = ({sweep, now}: Model): {readonly title: string; readonly lines: readonly string[]} => {
	const title = 'The last sweep';
	switch (sweep.state) {
		case 'idle': {
			return {title, lines: ['no sweep was asked for (--no-sweep)']};
		}

		case 'loading': {
			return {title, lines: ['it is still at work…']};
		}

		case 'failed': {
			return {title, lines: [printableText(sweep.problem)]};
		}

		case 'ready': {
			return {title, lines: linesOf(sweep.value, now)};
		}
	}
};
