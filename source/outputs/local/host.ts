import {createHash} from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';

const readLine = (file: string): string => {
	try {
		return fs.readFileSync(file, 'utf8').trim();
	} catch {
		return '';
	}
};

let host: string | undefined;

/** Tells this host from others that share an outputs directory. Containers on one machine mostly have a name of their own. */
export const readHost = (): string => {
	host ??= createHash('sha256')
		.update(`${readLine('/etc/machine-id')}\n${os.hostname()}`)
		.digest('hex')
		.slice(0, 16);
	return host;
};

/** Tells this boot of the host from others; `''` where the system does not tell. */
export const readBoot = (): string => readLine('/proc/sys/kernel/random/boot_id');

/** What people call this host. */
export const hostName = (): string => os.hostname();
