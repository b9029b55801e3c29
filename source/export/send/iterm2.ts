import {Buffer} from 'node:buffer';
import {Failure} from '../../text/errors.js';
import {formatBytes} from '../../text/size.js';
import {piecesOf, type Channel, type Outgoing, type Sender, type SendOptions} from './channel.js';

/** Bytes of a file that goes in one sequence, within which nothing else can be written. */
const wholeSize = 48 * 1024;

const pieceSize = 6144;

const osc = (text: string): string => `\u{1B}]1337;${text}\u{7}`;

const encode = (piece: Uint8Array): string => Buffer.from(piece.buffer, piece.byteOffset, piece.length).toString('base64');

/**
Sends files to iTerm2, which puts them where it puts downloads, and says nothing of it: https://iterm2.com/documentation-images.html

@param hasParts - it knows files in parts, as from 3.5 on
*/
export const openIterm2Transfer = (channel: Channel, {signal, onProgress}: SendOptions, hasParts: boolean): Sender => {
	let sent = 0;

	const sendWhole = async (file: Outgoing, head: string): Promise<void> => {
		let data = '';
		// A multiple of three bytes: what is put together is base64 as well.
		for await (const piece of piecesOf(file, wholeSize)) {
			data += encode(piece);
			sent += piece.length;
		}

		await channel.write(osc(`File=${head}:${data}`));
		onProgress(sent);
	};

	return {
		isOver: () => signal.aborted,
		async send(file) {
			signal.throwIfAborted();
			const head = `name=${Buffer.from(file.name).toString('base64')};size=${file.bytes};inline=0`;
			if (file.bytes <= wholeSize) {
				await sendWhole(file, head);
				return;
			}

			if (!hasParts) {
				throw new Failure(`iTerm2 before 3.5 is only sent files of up to ${formatBytes(wholeSize)}: it takes none in parts`);
			}

			await channel.write(osc(`MultipartFile=${head}`));
			try {
				for await (const piece of piecesOf(file, pieceSize)) {
					signal.throwIfAborted();
					await channel.write(osc(`FilePart=${encode(piece)}`));
					sent += piece.length;
					onProgress(sent);
				}
			} finally {
				await channel.write(osc('FileEnd'));
			}
		},
		async finish() {
			// Nothing is to be said.
		},
	};
};
