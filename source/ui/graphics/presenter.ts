import {Buffer} from 'node:buffer';
import {setImmediate as nextTurn} from 'node:timers/promises';
import type {Drawing, Drawn} from '../../preview/picture/render.js';
import type {Pixels} from '../../preview/shapes.js';
import type {Area, Images} from '../painter.js';
import type {WantedPicture} from '../picture.js';
import {
	at,
	iterm2Image,
	kittyAbort,
	kittyDelete,
	kittyHide,
	kittyPlace,
	kittyTransmit,
	sixelEnd,
} from './sequences.js';

/** Shows one picture at a time, beside the frames. */
export type Presenter = {
	/**
	To be called before each frame: takes away what is not wanted any more.

	@param isCleared - the frame clears the screen
	@returns what is to be written before the frame, and what the frame must leave alone or paint anew
	*/
	readonly before: (isCleared: boolean) => {readonly bytes: string; readonly images: Images};
	/** To be called after each frame: begins to show what is wanted, which goes on in the background. */
	readonly after: () => void;
	/** Ends what is being written within a sequence, so that another may be: what is to be written for that. */
	readonly interrupt: () => string;
	/** What takes everything away, before the terminal is left: it remembers nothing then. */
	readonly leave: () => string;
};

/** Chunks of a transmission that are written in one go. */
const chunksAtOnce = 2;

let compared: {readonly one: Pixels; readonly other: Pixels; readonly isSame: boolean} | undefined;

/** Whether two pictures are alike: a file that is read again gives the same ones. */
const areSame = (one: Pixels, other: Pixels): boolean => {
	if (one === other) {
		return true;
	}

	if (compared?.one !== one || compared.other !== other) {
		compared = {one, other, isSame: one.width === other.width && one.height === other.height && Buffer.compare(one.data, other.data) === 0};
	}

	return compared.isSame;
};

const isSamePicture = (one: Drawing, other: Drawing): boolean => one.protocol === other.protocol && one.width === other.width && one.height === other.height && one.columns === other.columns && one.rows === other.rows && one.cell.width === other.cell.width && one.cell.height === other.cell.height
	&& areSame(one.pixels, other.pixels);

const isSamePart = (one: Drawing, other: Drawing): boolean => one.first === other.first && one.count === other.count;

const isSame = (one: WantedPicture, other: WantedPicture | undefined): boolean => other !== undefined && isSamePicture(one, other) && isSamePart(one, other) && one.row === other.row && one.column === other.column;

/** Whether what was begun leads to what is wanted now. Kitty is sent the whole picture, wherever it stands by then. */
const leadsTo = (begun: WantedPicture, now: WantedPicture | undefined): boolean => begun.protocol === 'kitty' ? now !== undefined && isSamePicture(begun, now) : isSame(begun, now);

const areaOf = ({row, column, count, columns}: WantedPicture): Area => ({row, column, rows: count, columns});

/**
What is on the terminal, and how it gets there: it is written in small parts after the frame, between which keys are read, and given up as soon as something else is wanted.

@param wanted - what is to be seen now
@param write - hands bytes to the terminal
@param drain - waits until the terminal has taken them
@param render - makes of a picture what is written for it
@param firstId - the number of the first picture in the terminal's memory, which others may use as well
*/
export const createPresenter = ({wanted, write, drain, render, firstId, isOpen}: {
	readonly wanted: () => WantedPicture | undefined;
	readonly write: (bytes: string) => void;
	readonly drain: () => Promise<void>;
	readonly render: (drawing: Drawing) => Promise<Drawn>;
	readonly firstId: number;
	readonly isOpen: () => boolean;
}): Presenter => {
	/** On the screen, whole or in part. */
	let shown: {readonly picture: WantedPicture; readonly isWhole: boolean} | undefined;
	/** In kitty's memory. */
	let stored: {readonly id: number; readonly picture: WantedPicture; readonly width: number; readonly height: number} | undefined;
	/** Being drawn or written; another object when that is given up. */
	let work: {readonly picture: WantedPicture} | undefined;
	/** Inside a sequence, or a series of them, that must be ended before anything like it. */
	let open: {readonly type: 'sixel'} | {readonly type: 'kitty'; readonly id: number} | undefined;
	/** What was drawn last: it may be wanted again, as when a dialog before it is closed. */
	let drawn: {readonly picture: WantedPicture; readonly result: Drawn} | undefined;
	/** What cannot be drawn is not tried again with each frame. */
	let failed: WantedPicture | undefined;
	let nextId = firstId;

	const endOpen = (): string => {
		const ended = open;
		open = undefined;
		return ended === undefined ? '' : (ended.type === 'sixel' ? sixelEnd : kittyAbort + kittyDelete(ended.id));
	};

	const forgetStored = (): string => {
		const bytes = stored === undefined ? '' : kittyDelete(stored.id);
		stored = undefined;
		return bytes;
	};

	/** Lets go of what was begun: what is partly there, is broken. */
	const giveUp = (): string => {
		work = undefined;
		return endOpen();
	};

	const draw = async (picture: WantedPicture): Promise<Drawn> => {
		if (drawn !== undefined && isSamePicture(drawn.picture, picture) && (picture.protocol === 'kitty' || isSamePart(drawn.picture, picture))) {
			return drawn.result;
		}

		const {protocol, pixels, width, height, columns, rows, cell, first, count} = picture;
		const result = await render({protocol, pixels, width, height, columns, rows, cell, first, count});
		drawn = {picture, result};
		return result;
	};

	const placeStored = (picture: WantedPicture): string => {
		const {id, width, height} = stored!;
		const rowHeight = height / picture.rows;
		return at(picture.row, picture.column, kittyPlace(id, {
			y: Math.round(picture.first * rowHeight), width, height: Math.max(1, Math.round(picture.count * rowHeight)), columns: picture.columns, rows: picture.count,
		}));
	};

	/** Writes parts one after the other. @returns whether it came to the end */
	const writeAll = async (mine: object, parts: Iterable<string>): Promise<boolean> => {
		for (const part of parts) {
			if (work !== mine || !isOpen()) {
				return false;
			}

			write(part);
			await drain();
			await nextTurn(); // Keys first.
		}

		return work === mine && isOpen();
	};

	const showKitty = async (mine: object, picture: WantedPicture, {data, width, height}: Extract<Drawn, {protocol: 'kitty'}>): Promise<void> => {
		const id = nextId++;
		const chunks = kittyTransmit(id, data);
		open = {type: 'kitty', id};
		const parts = Array.from({length: Math.ceil(chunks.length / chunksAtOnce)}, (_, index) => chunks.slice(index * chunksAtOnce, (index + 1) * chunksAtOnce).join(''));
		if (await writeAll(mine, parts)) {
			open = undefined;
			stored = {id, picture, width, height};
			const now = wanted();
			if (now !== undefined && isSamePicture(picture, now)) {
				write(placeStored(now));
				shown = {picture: now, isWhole: true};
			}
		}
	};

	const showIterm2 = async (mine: object, picture: WantedPicture, {strips}: Extract<Drawn, {protocol: 'iterm2'}>): Promise<void> => {
		shown = {picture, isWhole: false};
		if (await writeAll(mine, strips.map(({row, rows, bytes, data}) => at(picture.row + row, picture.column, iterm2Image({data, bytes, columns: picture.columns, rows}))))) {
			shown = {picture, isWhole: true};
		}
	};

	const showSixel = async (mine: object, picture: WantedPicture, {parts}: Extract<Drawn, {protocol: 'sixel'}>): Promise<void> => {
		shown = {picture, isWhole: false};
		const [place, back] = at(picture.row, picture.column, '\0').split('\0') as [string, string];
		const all = [...parts.map((part, index) => index === 0 ? place + part : part), sixelEnd + back];
		open = {type: 'sixel'};
		if (await writeAll(mine, all)) {
			open = undefined;
			shown = {picture, isWhole: true};
		}
	};

	const begin = async (picture: WantedPicture): Promise<void> => {
		const mine = {picture};
		work = mine;
		try {
			const result = await draw(picture);
			if (work !== mine || !isOpen()) {
				return;
			}

			switch (result.protocol) {
				case 'kitty': {
					await showKitty(mine, picture, result);
					break;
				}

				case 'iterm2': {
					await showIterm2(mine, picture, result);
					break;
				}

				case 'sixel': {
					await showSixel(mine, picture, result);
				}
			}
		} catch {
			failed = picture; // Its cells stay blank; what it is, is told above them.
		}

		if (work === mine) {
			work = undefined;
		}
	};

	/** Takes away what was shown. @returns what is to be written, and what is to be painted anew */
	const takeAway = (now: WantedPicture | undefined): {readonly bytes: string; readonly goes?: Area} => {
		const gone = shown!;
		// Of the same picture another part is put in the place of this one.
		const isMoved = gone.picture.protocol === 'kitty' && now !== undefined && isSamePicture(gone.picture, now);
		if (isMoved) {
			return {bytes: ''};
		}

		shown = undefined;
		if (gone.picture.protocol !== 'kitty') {
			return {bytes: '', goes: areaOf(gone.picture)};
		}

		return {bytes: now === undefined && stored !== undefined ? kittyHide(stored.id) : forgetStored()};
	};

	return {
		before(isCleared) {
			const now = wanted();
			// A frame cannot be written within a sequence; and what was begun for another picture is not wanted.
			const isInSequence = open?.type === 'sixel';
			let bytes = work !== undefined && (isCleared || isInSequence || !leadsTo(work.picture, now)) ? giveUp() : '';
			if (isCleared) {
				bytes += shown?.picture.protocol === 'kitty' && stored !== undefined ? kittyHide(stored.id) : '';
				shown = undefined;
				return {bytes, images: {}};
			}

			const isGood = shown !== undefined && isSame(shown.picture, now) && (shown.isWhole || work !== undefined);
			if (shown === undefined || isGood) {
				return {bytes, images: {stays: shown === undefined || shown.picture.protocol === 'kitty' ? undefined : areaOf(shown.picture)}};
			}

			const {bytes: more, goes} = takeAway(now);
			return {bytes: bytes + more, images: {goes}};
		},
		after() {
			const now = wanted();
			if (now === undefined || work !== undefined || !isOpen() || (failed !== undefined && isSame(failed, now)) || (shown !== undefined && isSame(shown.picture, now))) {
				return;
			}

			if (now.protocol === 'kitty' && stored !== undefined && isSamePicture(stored.picture, now)) {
				write(placeStored(now));
				shown = {picture: now, isWhole: true};
				return;
			}

			const before = forgetStored();
			if (before !== '') {
				write(before);
			}

			void begin(now);
		},
		interrupt() {
			return open?.type === 'sixel' ? giveUp() : '';
		},
		leave() {
			const bytes = giveUp() + forgetStored();
			shown = undefined;
			return bytes;
		},
	};
};
