import {Buffer} from 'node:buffer';

/** What a terminal answers when it is asked what it is; `undefined`: nothing. */
export type Character = {
	readonly name?: string;
	readonly attributes: string;
	readonly hasKittyGraphics?: boolean;
	readonly cell?: string;
};

export const characters = {
	kitty: {name: 'kitty(0.35.2)', attributes: '?62;c', hasKittyGraphics: true, cell: '6;20;10'},
	iterm2: {name: 'iTerm2 3.5.2', attributes: '?64;4c', cell: '6;20;10'},
	sixel: {name: 'XTerm(390)', attributes: '?64;4;22c', cell: '6;20;10'},
	plain: {attributes: '?1;2c'},
} as const satisfies Record<string, Character>;

const escape = '\u{1B}';

/** A picture that a program has shown: where, on how many cells, and its bytes. */
export type Seen = {readonly row: number; readonly column: number; readonly columns: number; readonly rows: number; readonly data: string; readonly y?: number; readonly height?: number};

/** A terminal's memory of pictures in the kitty protocol. */
type Kitty = {readonly images: Map<number, string>; readonly placements: Map<number, Seen>};

const parameters = (text: string): ReadonlyMap<string, string> => new Map(text.split(/[,;]/v).map(part => part.split('=', 2) as [string, string]));

/** All that was asked, in order. */
const questions = /\u{1B}\[>0q|\u{1B}\[16t|\u{1B}\[c|\u{1B}_G[^;\u{1B}]*a=q[^\u{1B}]*\u{1B}\\/gv; // eslint-disable-line no-control-regex -- sequences begin with one

export type FakeGraphics = {
	/** To be given to a test terminal. */
	readonly answer: (output: string) => string;
	/** The pictures on the screen, in kitty's protocol, after all of the output. */
	readonly kitty: (output: string) => Kitty;
	/** The pictures that were written in iTerm2's protocol, in order. */
	readonly iterm2: (output: string) => Seen[];
	/** The sixels that were written, in order. */
	readonly sixel: (output: string) => Seen[];
};

/** Rows and columns from 0 of the last cursor position before an index. */
const placeBefore = (output: string, index: number): {readonly row: number; readonly column: number} => {
	const [, row = '1', column = '1'] = [...output.slice(Math.max(0, index - 30), index).matchAll(/\u{1B}\[(?<row>\d+);(?<column>\d+)H/gv)].at(-1) ?? []; // eslint-disable-line no-control-regex
	return {row: Number(row) - 1, column: Number(column) - 1};
};

const kittyOf = (output: string): Kitty => {
	const images = new Map<number, string>();
	const placements = new Map<number, Seen>();
	let loading: {readonly id: number; data: string} | undefined;
	// eslint-disable-next-line no-control-regex -- sequences begin with one
	for (const match of output.matchAll(/\u{1B}_G(?<control>[^;\u{1B}]*)(?:;(?<data>[^\u{1B}]*))?\u{1B}\\|\u{1B}\[2J/gv)) {
		const {control, data = ''} = match.groups!;
		if (control === undefined) {
			placements.clear();
			continue;
		}

		const given = parameters(control);
		const id = Number(given.get('i'));
		const action = given.get('a');
		if (action === 'q') {
			continue;
		}

		if (action === undefined || action === 't') {
			loading = action === 't' ? {id, data} : loading && {...loading, data: loading.data + data};
			if (data.length > 4096) {
				throw new Error('A chunk is too long.');
			}

			if (given.get('m') === '0' && loading !== undefined) {
				if (Buffer.from(loading.data, 'base64').subarray(-8, -4).toString('latin1') === 'IEND') {
					images.set(loading.id, loading.data);
				}

				loading = undefined;
			}
		} else if (loading !== undefined) {
			throw new Error(`A picture is still being sent: ${control}`);
		} else if (action === 'p' && images.has(id)) {
			placements.set(id, {...placeBefore(output, match.index), columns: Number(given.get('c')), rows: Number(given.get('r')), y: Number(given.get('y')), height: Number(given.get('h')), data: images.get(id)!});
		} else if (action === 'd') {
			placements.delete(id);
			if (given.get('d') === 'I') {
				images.delete(id);
			}
		}
	}

	return {images, placements};
};

/** A terminal that draws pictures, or one that does not. */
export const fakeGraphics = ({name, attributes, hasKittyGraphics, cell}: Character): FakeGraphics => {
	let answered = 0;
	return {
		answer(output) {
			const asked = [...output.matchAll(questions)].map(([question]) => question);
			const fresh = asked.slice(answered);
			answered = asked.length;
			return fresh.map(question => {
				switch (question) {
					case `${escape}[>0q`: {
						return name === undefined ? '' : `${escape}P>|${name}${escape}\\`;
					}

					case `${escape}[16t`: {
						return cell === undefined ? '' : `${escape}[${cell}t`;
					}

					case `${escape}[c`: {
						return `${escape}[${attributes}`;
					}

					default: {
						return hasKittyGraphics ? `${escape}_Gi=31;OK${escape}\\` : '';
					}
				}
			}).join('');
		},
		kitty: kittyOf,
		// eslint-disable-next-line no-control-regex -- sequences begin with one
		iterm2: output => [...output.matchAll(/\u{1B}\]1337;File=(?<control>inline=1[^:]*):(?<data>[^\u{7}]*)\u{7}/gv)].map(match => {
			const given = parameters(match.groups!.control!);
			return {...placeBefore(output, match.index), columns: Number(given.get('width')), rows: Number(given.get('height')), data: match.groups!.data!};
		}),
		// eslint-disable-next-line no-control-regex -- sequences begin with one
		sixel: output => [...output.matchAll(/\u{1B}P0;1q"1;1;(?<width>\d+);(?<height>\d+)(?<data>#[^\u{1B}]*)\u{1B}\\/gv)].map(match => {
			const {width, height, data} = match.groups!;
			return {...placeBefore(output, match.index), columns: Number(width) / 10, rows: Number(height) / 20, data: `"1;1;${width};${height}${data}`};
		}),
	};
};
