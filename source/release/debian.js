import {readFile} from 'node:fs/promises';
import {createHash} from 'node:crypto';
import path from 'node:path';
import process from 'node:process';
import {gzipSync} from 'node:zlib';
import {changelog, control, copyright, scripts} from './debian-texts.js';
import {execute, layOut, root} from './staging.js';
import {units} from './units.js';

const architectures = {x64: 'amd64', arm64: 'arm64', arm: 'armhf'};

const read = async file => file.text ?? readFile(file.from);

/**
Makes `sojourn_VERSION_ARCH.deb`: the executable, as Debian's Node is older than what the program needs, with manual page, completions and the units of the sweep, whose timer nobody but the administrator enables.

@param {{version: string, executable: string, man: string, completions: Readonly<Record<'bash' | 'zsh' | 'fish', string>>, licences: string, output: string, folder: string, time: number, level: string}} options
@returns {Promise<string>} its name
*/
export const makeDebianPackage = async ({version, executable, man, completions, licences, output, folder, time, level}) => {
	const architecture = architectures[process.arch];
	const compressed = text => gzipSync(text, {level: 9});
	const files = [
		{to: 'usr/bin/sojourn', from: executable, mode: 0o755},
		{to: 'usr/share/man/man1/sojourn.1.gz', text: compressed(man)},
		{to: 'usr/share/bash-completion/completions/sojourn', text: completions.bash},
		{to: 'usr/share/zsh/vendor-completions/_sojourn', text: completions.zsh},
		{to: 'usr/share/fish/vendor_completions.d/sojourn.fish', text: completions.fish},
		...Object.entries(await units()).map(([name, text]) => ({to: `usr/lib/systemd/system/${name}`, text})),
		{to: 'usr/share/doc/sojourn/copyright', text: copyright},
		{to: 'usr/share/doc/sojourn/licences.txt', text: licences},
		{to: 'usr/share/doc/sojourn/changelog.gz', text: compressed(changelog(await readFile(path.join(root, 'CHANGELOG.md'), 'utf8'), version, time))},
	];
	const contents = await Promise.all(files.map(async file => ({to: file.to, bytes: await read(file)})));
	const sums = contents.map(({to, bytes}) => `${createHash('md5').update(bytes).digest('hex')}  ${to}\n`).join('');
	const kilobytes = contents.reduce((sum, {bytes}) => sum + Math.ceil(bytes.length / 1024), 0);
	const tree = path.join(folder, 'package');
	await layOut(tree, [
		...files,
		{to: 'DEBIAN/control', text: control({version, architecture, kilobytes})},
		{to: 'DEBIAN/md5sums', text: sums},
		...Object.entries(scripts).map(([name, text]) => ({to: `DEBIAN/${name}`, text, mode: 0o755})),
	], time);
	const name = `sojourn_${version}_${architecture}.deb`;
	await execute('dpkg-deb', ['--root-owner-group', '-Zxz', `-z${level}`, '--build', tree, path.join(output, name)], {env: {...process.env, SOURCE_DATE_EPOCH: String(time)}});
	return name;
};
