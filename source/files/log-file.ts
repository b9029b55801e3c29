import fs from 'node:fs';
import path from 'node:path';

/** A log larger than this many bytes is put aside as `.1`, and the one before it is dropped. */
const rotationSize = 1_000_000;

/** Appends one JSON line to a log file. */
export const appendToLog = async (file: string, event: Readonly<Record<string, unknown>>): Promise<void> => {
	await fs.promises.mkdir(path.dirname(file), {recursive: true, mode: 0o700});
	const stats = await fs.promises.stat(file).catch(() => undefined);
	if (stats !== undefined && stats.size > rotationSize) {
		await fs.promises.rename(file, `${file}.1`);
	}

	await fs.promises.appendFile(file, `${JSON.stringify(event)}\n`, {mode: 0o600});
};
