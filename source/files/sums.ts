import {Buffer} from 'node:buffer';
import {encodeName} from '../text/names.js';

/** A file's line in `SHA256SUMS`, as `sha256sum` writes it: a name that would break the line is escaped. */
export const sumLine = (sha256: string, path: string): Buffer => {
	const needsEscape = /[\\\n\r]/.test(path);
	const name = needsEscape ? path.replaceAll('\\', String.raw`\\`).replaceAll('\n', String.raw`\n`).replaceAll('\r', String.raw`\r`) : path;
	return Buffer.concat([Buffer.from(`${needsEscape ? '\\' : ''}${sha256}  `), encodeName(name), Buffer.from('\n')]);
};
