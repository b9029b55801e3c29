import fs from 'node:fs';
import os from 'node:os';

let names: Promise<ReadonlyMap<number, string>> | undefined;

const readNames = async (): Promise<ReadonlyMap<number, string>> => {
	const text = await fs.promises.readFile('/etc/passwd', 'utf8').catch(() => '');
	return new Map(text.split('\n').flatMap(line => {
		const [name, , uid] = line.split(':');
		return name && uid ? [[Number(uid), name] as const] : [];
	}).toReversed());
};

/** The name of the user with the id `uid`, or `undefined` if the system does not tell. */
export const ownerName = async (uid: number): Promise<string | undefined> => {
	const user = os.userInfo();
	if (user.uid === uid) {
		return user.username;
	}

	names ??= readNames();
	return (await names).get(uid);
};
