import {Buffer} from 'node:buffer';
import {Failure} from '../../text/errors.js';
import {printableText} from '../../text/printable.js';
import {piecesOf, type Channel, type Sender, type SendOptions} from './channel.js';

/** Bytes of a file in one sequence, as the protocol says. */
const pieceSize = 4096;

/** Milliseconds that are waited: for the user, whom kitty asks, and for kitty itself. */
export type Patience = {readonly user: number; readonly terminal: number};

const usualPatience: Patience = {user: 120_000, terminal: 30_000};

type Status = {readonly file: string | undefined; readonly text: string};

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const readStatus = (reply: string, id: string): Status | undefined => {
	const given = new Map(reply.split(';').map(part => {
		const [key = '', value = ''] = part.split(/=(.*)/sv, 2);
		return [key, value] as const;
	}));
	return reply.startsWith(']5113;') && given.get('ac') === 'status' && given.get('id') === id
		? {file: given.get('fid'), text: Buffer.from(given.get('st') ?? '', 'base64').toString()}
		: undefined;
};

/** What kitty says of itself is no sentence: `EPERM:User refused the transfer`. */
const problemOf = (text: string): string => text.startsWith('EPERM') ? 'it was refused in the terminal' : `the terminal says: ${printableText(text)}`;

/** What is no error. */
const isGood = (text: string): boolean => ['OK', 'STARTED', 'PROGRESS'].includes(text);

/**
Sends files to kitty, which asks its user first: https://sw.kovidgoyal.net/kitty/file-transfer-protocol/

@param id - the transfer's, of letters, digits and `-`
@returns when the user has agreed
@throws Failure if the user has not, or the terminal does not answer
*/
export const openKittyTransfer = async (channel: Channel, id: string, {signal, onProgress}: SendOptions, patience: Patience = usualPatience): Promise<Sender> => {
	const statuses: Status[] = [];
	let wake: (() => void) | undefined;
	let isOver = false;
	let sent = 0;
	let count = 0;
	const command = (action: string, rest = ''): string => `\u{1B}]5113;ac=${action};id=${id}${rest}\u{1B}\\`;
	const stopListening = channel.listen(reply => {
		const status = readStatus(reply, id);
		if (status !== undefined && status.text !== 'PROGRESS') {
			statuses.push(status);
			wake?.();
		}
	});

	const end = (): void => {
		isOver = true;
		stopListening();
		signal.removeEventListener('abort', cancel);
		wake?.();
	};

	const cancel = (): void => {
		if (!isOver) {
			void channel.write(command('cancel'));
			end();
		}
	};

	/** What is wrong with the whole transfer, whenever it is told: the user may refuse late. */
	const check = (): void => {
		signal.throwIfAborted();
		const wrong = statuses.find(({file, text}) => file === undefined && !isGood(text));
		if (wrong !== undefined) {
			end();
			throw new Failure(problemOf(wrong.text));
		}
	};

	/** The next answer about a file, or about all of it. */
	const next = async (file: string | undefined, limit: number, what: string): Promise<Status> => {
		const deadline = performance.now() + limit;
		for (;;) {
			check();
			const index = statuses.findIndex(status => status.file === file);
			if (index !== -1) {
				return statuses.splice(index, 1)[0]!;
			}

			const left = deadline - performance.now();
			if (left <= 0) {
				cancel();
				throw new Failure(`the terminal has not answered within ${Math.round(limit / 1000)} seconds ${what}`);
			}

			const woken = Promise.withResolvers<void>();
			wake = woken.resolve;
			const timer = setTimeout(woken.resolve, left);
			await woken.promise;
			clearTimeout(timer);
			wake = undefined;
		}
	};

	/** Whether a file has failed meanwhile; what it says of it is taken out. */
	const failure = (file: string): string | undefined => {
		const index = statuses.findIndex(status => status.file === file && !isGood(status.text));
		return index === -1 ? undefined : statuses.splice(index, 1)[0]!.text;
	};

	signal.addEventListener('abort', cancel);
	try {
		signal.throwIfAborted();
		await channel.write(command('send'));
		await next(undefined, patience.user, 'whether it may');
	} catch (error) {
		cancel();
		throw error;
	}

	return {
		isOver: () => isOver,
		async send(file) {
			const fid = `f${++count}`;
			const about = `;fid=${fid}`;
			const expect = async (what: string): Promise<void> => {
				const {text} = await next(fid, patience.terminal, what);
				if (!isGood(text)) {
					throw new Failure(problemOf(text));
				}
			};

			await channel.write(command('file', `${about};n=${base64(`~/Downloads/${file.name}`)};sz=${file.bytes};mod=${Math.round(file.modifiedAt)}000000`));
			await expect('when a file was begun');
			for await (const piece of piecesOf(file, pieceSize)) {
				check();
				const wrong = failure(fid);
				if (wrong !== undefined) {
					throw new Failure(problemOf(wrong));
				}

				await channel.write(command('data', `${about};d=${Buffer.from(piece.buffer, piece.byteOffset, piece.length).toString('base64')}`));
				sent += piece.length;
				onProgress(sent);
			}

			check();
			await channel.write(command('end_data', about));
			await expect('whether a file has arrived');
		},
		async finish() {
			if (!isOver) {
				await channel.write(command('finish'));
				end();
			}
		},
	};
};
