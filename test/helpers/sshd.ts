import {spawn} from 'node:child_process';
import fs from 'node:fs';
import {createServer, type AddressInfo} from 'node:net';
import path from 'node:path';
import process from 'node:process';
import {onTestFinished} from 'vitest';
import {execute} from './folders.js';

/** A port that was free a moment ago. */
const freePort = async (): Promise<number> => {
	const server = createServer();
	const {promise, resolve} = Promise.withResolvers<void>();
	server.listen(0, '127.0.0.1', resolve);
	await promise;
	const {port} = server.address() as AddressInfo;
	const closed = Promise.withResolvers<void>();
	server.close(() => {
		closed.resolve();
	});
	await closed.promise;
	return port;
};

/**
A real sshd on loopback, for the user who runs the test, until the test ends.

@param folder - where its keys and settings go
@param environment - what those who log in have
@returns a folder with an `ssh` in it, for the PATH, to which the server is known as `host`
*/
export const startSshd = async (folder: string, environment: Readonly<Record<string, string>>): Promise<string> => {
	const at = (name: string): string => path.join(folder, name);
	fs.mkdirSync(at('bin'), {recursive: true});
	for (const name of ['host-key', 'user-key']) {
		await execute('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(name)]);
	}

	fs.copyFileSync(at('user-key.pub'), at('authorized'));
	const port = await freePort();
	if (process.getuid?.() === 0) {
		fs.mkdirSync('/run/sshd', {recursive: true}); // Where the server of Debian locks itself in.
	}

	fs.writeFileSync(at('sshd.conf'), `ListenAddress 127.0.0.1
Port ${port}
HostKey ${at('host-key')}
AuthorizedKeysFile ${at('authorized')}
StrictModes no
PermitRootLogin yes
PasswordAuthentication no
UsePAM no
PrintMotd no
PrintLastLog no
PidFile none
SetEnv ${Object.entries(environment).map(([name, value]) => `"${name}=${value}"`).join(' ')}
`);
	fs.writeFileSync(at('ssh.conf'), `Host host
HostName 127.0.0.1
Port ${port}
User ${(await execute('id', ['-un'])).stdout.trim()}
IdentityFile ${at('user-key')}
IdentitiesOnly yes
UserKnownHostsFile /dev/null
StrictHostKeyChecking no
LogLevel ERROR
`);
	fs.writeFileSync(at('bin/ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F '${at('ssh.conf')}' "$@"\n`, {mode: 0o755});

	const server = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', at('sshd.conf')], {stdio: ['ignore', 'ignore', 'pipe']});
	onTestFinished(() => {
		server.kill();
	});
	const {promise, resolve, reject} = Promise.withResolvers<void>();
	let text = '';
	server.stderr.setEncoding('utf8').on('data', (part: string) => {
		text += part;
		if (text.includes('Server listening')) {
			resolve();
		}
	});
	server.on('exit', () => {
		reject(new Error(`sshd did not start: ${text}`));
	});
	await promise;
	return at('bin');
};
