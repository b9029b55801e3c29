import fs from 'node:fs';
import path from 'node:path';
import {ensureMode, makePrivateFolders} from './atomic-write.js';

/** A log larger than this many bytes is put aside as `.1`, and the one before it is dropped. */
const rotationSize = 1_000_000;

/** Appends one JSON line to a log file, of mode 0600 whatever the umask. */
export const appendToLog = async (file: string, event: Readonly<Record<string, unknown>>): Promise<void> => {
	await makePrivateFolders(path.dirname(file));
	const stats = await fs.promises.stat(file).catch(() => undefined);
	if (stats !== undefined && stats.size > rotationSize) {
		await fs.promises.rename(file, `${file}.1`);
	}

	const handle = await fs.promises.open(file, 'a', 0o600);
	try {
		await ensureMode(handle, 0o600);
		await handle.appendFile(`${JSON.stringify(event)}\n`);
	} finally {
		await handle.close();
	}
};
