import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import {bytes} from './look.js';

const size = 400;

const maker = `
import os, socket, sys
os.chdir(sys.argv[1])
for number in range(${size}):
    os.mkfifo('pipe%s.%d' % (sys.argv[2], number))
    with socket.socket(socket.AF_UNIX) as one:
        one.bind('socket%s.%d' % (sys.argv[2], number))
`;

/** Pipes and sockets, which Node cannot make: made many at a time, and moved to where they are wanted. */
export const createStock = (folder: string): {readonly take: (kind: 'pipe' | 'socket', place: string) => void} => {
	let batch = 0;
	const left = {pipe: 0, socket: 0};
	return {
		take(kind, place) {
			if (left[kind] === 0) {
				batch++;
				execFileSync('python3', ['-c', maker, folder, `${batch}`]);
				left.pipe = size;
				left.socket = size;
			}

			left[kind]--;
			fs.renameSync(`${folder}/${kind}${batch}.${left[kind]}`, bytes(place));
		},
	};
};
