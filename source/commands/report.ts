import {Buffer} from 'node:buffer';
import {formatDuration} from '../text/age.js';
import {encodeName, isUtf8Name} from '../text/names.js';
import {printable, printableText} from '../text/printable.js';
import {formatBytes} from '../text/size.js';
import {truncateEnd} from '../text/width.js';
import type {Context} from './context.js';

/** Writes a result. */
export const print = (context: Context, text: string | Uint8Array): void => {
	context.stdout.write(text);
};

/** Writes the one JSON document of a command. */
export const printJson = (context: Context, value: unknown): void => {
	context.stdout.write(`${JSON.stringify(value, undefined, '\t')}\n`);
};

/** Tells something that is no result, unless the user wants quiet. */
export const note = (context: Context, text: string): void => {
	if (!context.flags.quiet) {
		context.stderr.write(`${printableText(text)}\n`);
	}
};

/** Names a failure of a part. */
export const warn = (context: Context, text: string): void => {
	context.stderr.write(`sojourn: ${printableText(text)}\n`);
};

/** A path in JSON: exact UTF-8, with its bytes beside it where it is none. */
export const jsonPath = (path: string): {readonly path: string; readonly pathBase64?: string} =>
	isUtf8Name(path) ? {path} : {path: printable(path), pathBase64: encodeName(path).toString('base64')};

export const jsonName = (name: string): {readonly name: string; readonly nameBase64?: string} =>
	isUtf8Name(name) ? {name} : {name: printable(name), nameBase64: encodeName(name).toString('base64')};

const writeBlocks = <T>(context: Context, values: readonly T[], format: (block: readonly T[]) => string | Uint8Array): void => {
	// In blocks, as a million small writes would take their time.
	for (let start = 0; start < values.length; start += 4096) {
		context.stdout.write(format(values.slice(start, start + 4096)));
	}
};

/** A line for each of some texts, which are printable. */
export const printTexts = (context: Context, texts: readonly string[]): void => {
	writeBlocks(context, texts, block => block.map(text => `${text}\n`).join(''));
};

/** A line for each of `texts`, printable, or exact and ended by NUL. */
export const printLines = (context: Context, texts: readonly string[], isExact: boolean): void => {
	if (isExact) {
		writeBlocks(context, texts, block => Buffer.concat(block.flatMap(text => [encodeName(text), Buffer.of(0)])));
	} else {
		printTexts(context, texts.map(text => printable(text)));
	}
};

/** A path of the system, for a program to use: exact, but on a terminal, where it is made printable. */
export const printExact = (context: Context, path: string): void => {
	const isExact = context.flags[0] ?? false;
	context.stdout.write(context.stdout.isTTY && !isExact
		? `${printable(path)}\n`
		: Buffer.concat([encodeName(path), Buffer.from(isExact ? '\0' : '\n')]));
};

/** A time in JSON, cut to whole milliseconds; null if it is not known, or so far off that no date can say it, as a file's may be. */
export const time = (milliseconds: number | undefined): string | null => {
	const date = new Date(milliseconds === undefined ? NaN : Math.floor(milliseconds));
	return Number.isNaN(date.getTime()) ? null : date.toISOString();
};

export type Progress = {
	readonly bytes: number;
	readonly totalBytes?: number | undefined;
	readonly current?: string | undefined;
};

/** How far a task is, in one line: percent, bytes, rate, time left. */
export const describeProgress = ({bytes, totalBytes}: Progress, elapsed: number): string => {
	const rate = elapsed > 0 ? bytes / (elapsed / 1000) : 0;
	const rateText = elapsed > 500 ? `, ${formatBytes(rate)}/s` : '';
	if (totalBytes === undefined) {
		return `${formatBytes(bytes)}${rateText}`;
	}

	const percent = totalBytes === 0 ? 100 : Math.min(100, Math.floor((bytes / totalBytes) * 100));
	const left = elapsed > 500 && rate > 0 && bytes < totalBytes ? `, ${formatDuration(((totalBytes - bytes) / rate) * 1000)} left` : '';
	return `${percent} %, ${formatBytes(bytes)} of ${formatBytes(totalBytes)}${rateText}${left}`;
};

/** Draws progress on one line of a terminal's stderr. Nothing where there is none, or the user wants quiet. */
export const progressLine = (context: Context, verb: string): {readonly update: (progress: Progress) => void; readonly end: () => void} => {
	const {stderr} = context;
	if (!stderr.isTTY || context.flags.quiet) {
		return {update() {}, end() {}}; // eslint-disable-line @typescript-eslint/no-empty-function -- nobody looks
	}

	const start = context.now();
	let drawnAt = 0;
	let isDrawn = false;
	return {
		update(progress) {
			const now = context.now();
			// What is over in a moment needs no progress.
			if (now - start < 300 || now - drawnAt < 100) {
				return;
			}

			drawnAt = now;
			isDrawn = true;
			const line = `${verb} ${describeProgress(progress, now - start)}${progress.current === undefined ? '' : `  ${printable(progress.current)}`}`;
			stderr.write(`\r${truncateEnd(line, (stderr.columns ?? 80) - 1)}\u{1B}[K`);
		},
		end() {
			if (isDrawn) {
				stderr.write('\r\u{1B}[K');
			}
		},
	};
};
