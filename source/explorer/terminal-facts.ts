/**
What the terminal can do beyond text, by what the environment says and by what it answers: pictures of its own, and taking files. Pure: `ui/` asks and listens.
*/

import type {PictureSetting} from '../settings/look.js';

/** How pictures are handed to a terminal that draws them itself. */
const protocols = ['kitty', 'iterm2', 'sixel'] as const;

export type Protocol = typeof protocols[number];

/** A cell of the terminal, in pixels. */
export type CellSize = {readonly width: number; readonly height: number};

export type Graphics = {readonly protocol: Protocol; readonly cell: CellSize};

/** How files are handed to a terminal; `hasParts`: whether it takes one in parts. */
export type Transfer = {readonly way: 'kitty'} | {readonly way: 'iterm2'; readonly hasParts: boolean};

export type Terminal = {readonly graphics?: Graphics | undefined; readonly transfer?: Transfer | undefined};

export type TerminalFacts = {
	/** What is drawn if the terminal does not say otherwise. */
	readonly guess?: Protocol | undefined;
	/** What the user has chosen: then nothing that is answered counts. */
	readonly chosen?: Protocol | undefined;
	readonly mayDraw: boolean;
	/** Whether it is to be asked what it is; where pictures are chosen, only how large its cells are. */
	readonly asks: 'nothing' | 'cell' | 'all';
	readonly transfer?: Transfer | undefined;
	/** Name and version, as it gives them. */
	readonly name?: string;
	readonly attributes?: readonly number[];
	readonly hasKittyGraphics?: boolean;
	/** Whether it was asked for kitty's graphics: only one that tells its name is, as one that knows no APC would show the question. */
	readonly isAskedForKitty?: boolean;
	readonly cell?: CellSize;
	/** The whole screen, in pixels. */
	readonly area?: CellSize;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** A cell where the terminal does not tell: that of a VT340. */
const usualCell: CellSize = {width: 10, height: 20};

const protocolOf = ({TERM: type = '', TERM_PROGRAM: program = '', LC_TERMINAL: remote = '', KITTY_WINDOW_ID: kitty = '', KONSOLE_VERSION: konsole = '', WEZTERM_PANE: wezTerm = ''}: Environment): Protocol | undefined => {
	if (type === 'xterm-kitty' || type === 'xterm-ghostty' || program === 'ghostty' || program === 'WarpTerminal') {
		return 'kitty';
	}

	if (['iTerm.app', 'WezTerm', 'mintty'].includes(program) || type === 'wezterm' || remote === 'iTerm2' || wezTerm !== '') {
		return 'iterm2';
	}

	if (/^(?:foot|mlterm|contour|yaft)/v.test(type)) {
		return 'sixel';
	}

	return kitty !== '' || Number(konsole) >= 220_400 ? 'kitty' : undefined;
};

/** Whether something stands between that draws the screen anew by itself, and passes no pictures on. */
const isMultiplexed = ({TERM: type = '', TMUX: tmux = '', STY: screen = ''}: Environment): boolean => tmux !== '' || screen !== '' || /^(?:tmux|screen)/v.test(type);

const iterm2Of = (version: string): Transfer => {
	const [major = 0, minor = 0] = version.split('.').map(Number);
	return {way: 'iterm2', hasParts: major > 3 || (major === 3 && minor >= 5)};
};

const transferOf = ({TERM: type, TERM_PROGRAM: program, TERM_PROGRAM_VERSION: version, LC_TERMINAL: remote, LC_TERMINAL_VERSION: remoteVersion, KITTY_WINDOW_ID: kitty}: Environment): Transfer | undefined => {
	if (program === 'iTerm.app' || remote === 'iTerm2') {
		return iterm2Of((program === 'iTerm.app' ? version : remoteVersion) ?? '');
	}

	return type === 'xterm-kitty' || (kitty ?? '') !== '' ? {way: 'kitty'} : undefined;
};

/**
What is known before the terminal has said anything.

@param setting - the user's choice
@param mayDraw - whether pictures may be drawn at all: not without colours, nor for a screen reader
*/
export const expectedOf = (environment: Environment, setting: PictureSetting, mayDraw: boolean): TerminalFacts => {
	const {TERM: type = ''} = environment;
	const chosen = protocols.find(protocol => protocol === setting);
	if (isMultiplexed(environment)) {
		return {mayDraw: mayDraw && chosen !== undefined, chosen, asks: mayDraw && chosen !== undefined ? 'cell' : 'nothing'};
	}

	const transfer = transferOf(environment);
	if (!mayDraw || ['none', 'blocks'].includes(setting)) {
		return {mayDraw: false, asks: 'nothing', transfer};
	}

	const isDumb = ['', 'dumb', 'linux'].includes(type);
	if (chosen !== undefined) {
		return {mayDraw, chosen, asks: isDumb ? 'nothing' : 'cell', transfer};
	}

	return {mayDraw, guess: protocolOf(environment), asks: isDumb ? 'nothing' : 'all', transfer};
};

const escape = '\u{1B}';
const csi = `${escape}[`;

const cellQuestion = `${csi}16t${csi}14t`;
/** Every terminal answers this one: what it has not answered by then it will not. */
const attributesQuestion = `${csi}c`;
const nameQuestion = `${csi}>0q`;
const kittyQuestion = `${escape}_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA${escape}\\`;

/** What is asked when the screen is open: nothing that a terminal could take for text. */
export const firstQuestions = ({asks}: TerminalFacts): string => {
	switch (asks) {
		case 'nothing': {
			return '';
		}

		case 'cell': {
			return cellQuestion + attributesQuestion;
		}

		case 'all': {
			return nameQuestion + cellQuestion + attributesQuestion;
		}
	}
};

/** What is asked when the screen has another size: so may its cells. */
export const sizeQuestions = ({asks}: TerminalFacts): string => asks === 'nothing' ? '' : cellQuestion;

const sizeReply = /^\[(?<kind>[46]);(?<height>\d{1,5});(?<width>\d{1,5})t$/v;
const longestName = 100;

/** Programs that answer for themselves, and stand between. */
const multiplexers = /^(?:tmux|screen)/iv;

/** What the environment says of this may have been inherited from another terminal. */
const transferByName = (name: string): Transfer | undefined => name.startsWith('iTerm2')
	? iterm2Of(name.slice(6).trim())
	: (/^kitty/iv.test(name) ? {way: 'kitty'} : undefined);

const learn = (facts: TerminalFacts, reply: string): TerminalFacts => {
	const size = sizeReply.exec(reply)?.groups;
	if (size !== undefined) {
		const found = {width: Number(size['width']), height: Number(size['height'])};
		if (found.width === 0 || found.height === 0) {
			return facts;
		}

		return size['kind'] === '6' ? {...facts, cell: found} : {...facts, area: found};
	}

	if (/^\[\?[\d;]*c$/v.test(reply)) {
		// After the question for kitty's graphics this says that there is no answer to it.
		return {...facts, attributes: reply.slice(2, -1).split(';').map(Number), ...(facts.isAskedForKitty && {hasKittyGraphics: facts.hasKittyGraphics ?? false})};
	}

	if (reply.startsWith('P>|')) {
		const name = reply.slice(3, 3 + longestName);
		return {...facts, name, mayDraw: facts.mayDraw && !multiplexers.test(name), transfer: transferByName(name)};
	}

	return reply.startsWith('_Gi=31;') ? {...facts, hasKittyGraphics: reply.slice(7) === 'OK'} : facts;
};

/**
What a reply of the terminal adds to what is known, and what is to be asked next.

@param reply - as the splitter of keys gives it
*/
export const withReply = (facts: TerminalFacts, reply: string): {readonly facts: TerminalFacts; readonly question: string} => {
	const next = learn(facts, reply);
	if (next.attributes === undefined || next.asks !== 'all' || next.isAskedForKitty === true || next.name === undefined || !next.mayDraw) {
		return {facts: next, question: ''};
	}

	// The attributes are kept until they are told again: what is drawn does not change in between.
	return {facts: {...next, isAskedForKitty: true}, question: kittyQuestion + attributesQuestion};
};

/** Whether replies are still awaited that could come in parts. */
export const isAwaiting = ({asks, attributes}: TerminalFacts): boolean => asks !== 'nothing' && attributes === undefined;

const drawsIterm2 = /^(?:iterm2|wezterm|mintty)/iv;

const chosenProtocol = ({guess, chosen, name, attributes, hasKittyGraphics}: TerminalFacts): Protocol | undefined => {
	if (chosen !== undefined) {
		return chosen;
	}

	if (attributes === undefined) {
		return guess;
	}

	if (name !== undefined && drawsIterm2.test(name)) {
		return 'iterm2';
	}

	if (hasKittyGraphics ?? (guess === 'kitty')) {
		return 'kitty';
	}

	if (guess === 'iterm2' && name === undefined) {
		return 'iterm2';
	}

	return attributes.includes(4) ? 'sixel' : undefined;
};

const cellOf = ({cell, area}: TerminalFacts, {columns, rows}: {readonly columns: number; readonly rows: number}): CellSize | undefined => {
	if (cell !== undefined) {
		return cell;
	}

	return area === undefined ? undefined : {width: Math.max(1, Math.floor(area.width / columns)), height: Math.max(1, Math.floor(area.height / rows))};
};

/** What the terminal can, as far as is known; `size` in cells. */
export const terminalOf = (facts: TerminalFacts, size: {readonly columns: number; readonly rows: number}): Terminal => {
	const protocol = facts.mayDraw ? chosenProtocol(facts) : undefined;
	const cell = cellOf(facts, size);
	// Sixels are put down as they are: where nobody knows how many make a cell, they would lie anywhere, unless that was chosen.
	const isPlaceable = protocol !== undefined && (protocol !== 'sixel' || cell !== undefined || facts.chosen !== undefined);
	return {
		...(isPlaceable && {graphics: {protocol, cell: cell ?? usualCell}}),
		...(facts.transfer !== undefined && {transfer: facts.transfer}),
	};
};
