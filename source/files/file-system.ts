import {Buffer} from 'node:buffer';
import fs from 'node:fs';
import process from 'node:process';
import {decodeName} from '../text/names.js';
import type {Directory} from './descriptor.js';

/** File systems of this machine alone, by the numbers that statfs(2) tells: here a lock is seen by everybody who could be there. */
const local: ReadonlyMap<number, string> = new Map([
	[0xef_53, 'ext4'],
	[0x58_46_53_42, 'XFS'],
	[0x91_23_68_3e, 'Btrfs'],
	[0xf2_f5_20_10, 'F2FS'],
	[0x2f_c1_2f_c1, 'ZFS'],
	[0xca_45_1a_4e, 'bcachefs'],
	[0x01_02_19_94, 'tmpfs'],
	[0x85_84_58_f6, 'ramfs'],
	[0x79_4c_76_30, 'overlayfs'],
	[0x31_53_46_4a, 'JFS'],
	[0x52_65_49_73, 'ReiserFS'],
]);

const shared: ReadonlyMap<number, string> = new Map([
	[0x69_69, 'NFS'],
	[0xff_53_4d_42, 'SMB'],
	[0xfe_53_4d_42, 'SMB'],
	[0x65_73_55_46, 'FUSE'],
	[0x01_02_19_97, '9p'],
	[0x00_c3_64_00, 'Ceph'],
	[0x0b_d0_0b_d0, 'Lustre'],
	[0x01_16_19_70, 'GFS2'],
	[0x74_61_63_6f, 'OCFS2'],
	[0x53_46_41_4f, 'AFS'],
	[0x4d_44, 'FAT'],
]);

export type FileSystem = {
	/** What it is called; its number where nothing is known of it. */
	readonly name: string;
	/** Whether flock reaches everybody who can be there. Where that is not known, it is doubted. */
	readonly isLocal: boolean;
};

/** The file system that a directory lies on. */
export const fileSystemOf = async (directory: Directory): Promise<FileSystem> => {
	const {type} = await fs.promises.statfs(directory.self).catch(() => ({type: -1}));
	const name = local.get(type);
	return name === undefined
		? {name: shared.get(type) ?? `type 0x${type.toString(16)}`, isLocal: false}
		: {name, isLocal: process.platform === 'linux'};
};

const unescape = (text: string): string => text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCodePoint(Number.parseInt(octal, 8)));

/**
The mount points at or below a directory, as far as this process sees them.

@param directory - absolute, links resolved
@throws where the system has such a list and it cannot be read
*/
export const mountsIn = async (directory: string): Promise<string[]> => {
	if (process.platform !== 'linux') {
		return [];
	}

	const text = await fs.promises.readFile('/proc/self/mountinfo', 'latin1');
	return text.split('\n').flatMap(line => {
		const field = line.split(' ', 5)[4];
		const place = field === undefined ? '' : decodeName(Buffer.from(unescape(field), 'latin1'));
		return place === directory || place.startsWith(`${directory}/`) ? [place] : [];
	});
};
