import {accessSync, constants} from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/** Whether a command is found on PATH. */
export const isInstalled = (command: string): boolean => (process.env.PATH ?? '').split(path.delimiter).some(folder => {
	try {
		accessSync(path.join(folder, command), constants.X_OK);
		return true;
	} catch {
		return false;
	}
});
