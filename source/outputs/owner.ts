import fs from 'node:fs';
import os from 'node:os';

let names: Promise<ReadonlyMap<number, string>> | undefined;

const readNames = async (): Promise<ReadonlyMap<number, string>> => {
	const text = await fs.promises.readFile('/etc/passwd', 'utf8').catch(() => '');
	return new Map(text.split('\n').flatMap(line => {
		const [name, , uid] = line.split(':', 3);
		return name !== undefined && uid !== undefined && uid !== '' ? [[Number(uid), name] as const] : [];
	}).toReversed());
};

/** The name of the user with the id `uid`, or `undefined` if the system does not tell. */
export const ownerName = async (uid: number): Promise<string | undefined> => {
	names ??= readNames();
	const known = await names;
	return known.get(uid) ?? ownName(uid);
};

/** Users that the system knows from elsewhere, such as a directory service. */
const ownName = (uid: number): string | undefined => {
	try {
		const user = os.userInfo();
		return user.uid === uid ? user.username : undefined;
	} catch {
		// In a container the user may have no name at all.
		return undefined;
	}
};
