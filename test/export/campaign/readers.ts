import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {isInstalled} from '../../bench/installed.js';
import {attempt} from '../../helpers/tools.js';

/** Reads all of an archive and checks it. */
export type Reader = {
	readonly name: string;
	readonly command: string;
	readonly args: (archive: string) => readonly string[];
	/** Whether it stands only in the full campaign. */
	readonly isSlow?: true;
};

const python = 'import sys, zipfile; archive = zipfile.ZipFile(sys.argv[1]); bad = archive.testzip(); sys.exit(bad is not None)';

/** Reads it as a stream, without the directory at its end, and compares that with what the directory says. */
const java = `
import java.io.*;
import java.nio.file.*;
import java.util.zip.*;

class Check {
	public static void main(String[] arguments) throws Exception {
		int entries = 0;
		byte[] buffer = new byte[65536];
		try (ZipInputStream stream = new ZipInputStream(new BufferedInputStream(Files.newInputStream(Paths.get(arguments[0]))))) {
			for (ZipEntry entry; (entry = stream.getNextEntry()) != null; entries++) {
				while (stream.read(buffer) >= 0) {}
			}
		}
		try (ZipFile file = new ZipFile(arguments[0])) {
			if (file.size() != entries) {
				throw new IOException(entries + " entries in the stream, " + file.size() + " in the directory");
			}
		}
	}
}
`;

/** The readers that are installed here. */
export const createReaders = (base: string): readonly Reader[] => {
	const source = path.join(base, 'Check.java');
	fs.writeFileSync(source, java);
	const all: readonly Reader[] = [
		{name: 'unzip -t', command: 'unzip', args: archive => ['-tqq', archive]},
		{name: '7z t', command: '7z', args: archive => ['t', '-bd', archive]},
		{name: 'bsdtar -tf', command: 'bsdtar', args: archive => ['-tf', archive]},
		{name: 'bsdtar, as a stream', command: 'sh', args: archive => ['-c', 'bsdtar -xOf - <"$0" >/dev/null', archive]},
		{name: 'Python testzip', command: 'python3', args: archive => ['-c', python, archive]},
		{name: 'Java ZipInputStream', command: 'java', args: archive => ['-Xshare:auto', source, archive], isSlow: true},
	];
	return all.filter(({command, name}) => isInstalled(name.startsWith('bsdtar') ? 'bsdtar' : command));
};

/** What readers find wrong with an archive. */
export const problemsOf = async (readers: readonly Reader[], archive: string): Promise<string[]> => {
	const found = await Promise.all(readers.map(async ({name, command, args}) => {
		const {code, stderr, stdout} = await attempt(command, args(archive), {LC_ALL: 'C.UTF-8', HOME: process.env['HOME'] ?? '/'});
		return code === 0 ? [] : [`${name} ends with ${code}: ${(stderr === '' ? stdout : stderr).trim().split('\n').slice(-3).join(' ')}`];
	}));
	return found.flat();
};
