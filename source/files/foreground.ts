import {readFileSync} from 'node:fs';

/** Whether this process may use its terminal now; where the system does not tell, it is taken for granted. */
export const isInForeground = (): boolean => {
	try {
		// After the name, which may hold anything: state, parent, process group, session, terminal, the terminal's foreground group.
		const text = readFileSync('/proc/self/stat', 'utf8');
		const fields = text.slice(text.lastIndexOf(')') + 2).split(' ', 6);
		return fields[2] === fields[5];
	} catch {
		return true;
	}
};
