import {Buffer} from 'node:buffer';

export type Received = {readonly name: string; readonly size: number; readonly data: Buffer; readonly isWhole: boolean};

/** How a terminal behaves that is sent files. */
export type Manners = 'agrees' | 'refuses' | 'refuses late' | 'fails a file' | 'is silent' | 'falls silent';

const escape = '\u{1B}';

/** A terminal that takes files as kitty does. */
export const fakeKitty = (manners: Manners) => {
	let read = 0;
	const actions: string[] = [];
	const files = new Map<string, {name: string; size: number; parts: Buffer[]; isWhole: boolean}>();
	const decode = (text: string | undefined): Buffer => Buffer.from(text ?? '', 'base64');
	const answerOne = (given: ReadonlyMap<string, string>): string => {
		const [action = '', id, fid] = [given.get('ac'), given.get('id')!, given.get('fid')];
		actions.push(action);
		const status = (text: string, file = fid): string => `${escape}]5113;ac=status;id=${id}${file === undefined ? '' : `;fid=${file}`};st=${Buffer.from(text).toString('base64')}${escape}\\`;
		if (manners === 'is silent') {
			return '';
		}

		const file = fid === undefined ? undefined : files.get(fid);
		switch (action) {
			case 'send': {
				return manners === 'refuses' ? status('EPERM:User refused the transfer') : status('OK');
			}

			case 'file': {
				files.set(fid!, {name: decode(given.get('n')).toString(), size: Number(given.get('sz')), parts: [], isWhole: false});
				return manners === 'fails a file' && fid === 'f1' ? status('EACCES:no \u{1B}[31mright') : (manners === 'falls silent' ? '' : status('STARTED') + status('PROGRESS'));
			}

			case 'data': {
				const part = decode(given.get('d'));
				if (part.length > 4096) {
					throw new Error('A piece is too long.');
				}

				file!.parts.push(part);
				return manners === 'refuses late' && file!.parts.length === 3 ? status('EPERM:User refused the transfer', undefined) : '';
			}

			case 'end_data': {
				file!.isWhole = true;
				return status('OK');
			}

			default: {
				return '';
			}
		}
	};

	return {
		/** To be given to a test terminal. */
		answer(output: string): string {
			let sent = '';
			for (;;) {
				const from = output.indexOf(`${escape}]5113;`, read);
				const to = from === -1 ? -1 : output.indexOf(`${escape}\\`, from);
				if (to === -1) {
					return sent;
				}

				read = to + 2;
				sent += answerOne(new Map(output.slice(from + 7, to).split(';').map(part => {
					const equals = part.indexOf('=');
					return [part.slice(0, equals), part.slice(equals + 1)] as const;
				})));
			}
		},
		actions: (): readonly string[] => actions,
		received: (): Received[] => [...files.values()].map(({name, size, parts, isWhole}) => ({name, size, isWhole, data: Buffer.concat(parts)})),
	};
};
