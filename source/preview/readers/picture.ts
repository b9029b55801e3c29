import type {PictureFormat} from '../kind.js';
import {readBmpHead, decodeBmp} from '../picture/bmp.js';
import {readExif, type Exif} from '../picture/exif.js';
import {readGif} from '../picture/gif.js';
import {decodeJpeg, readJpeg, readJpegHead} from '../picture/jpeg.js';
import {decodePng, readPngHead} from '../picture/png.js';
import {blocksBound, graphicsBound, turn, type Bound} from '../picture/shrink.js';
import {readSize} from '../picture/size.js';
import type {Content, Detail, Pixels} from '../shapes.js';
import {Unreadable, type ReadOptions, type Source} from '../source.js';
import {viewOf} from '../view.js';

/** Pixels of a picture that is drawn. */
const pixelLimit = 50_000_000;

/** A JPEG takes more time and memory for each of its pixels; beyond this, the small picture is drawn that cameras put into it. */
const jpegLimit = 16_000_000;

/** Colours without which a picture is not drawn. */
const least = 256;

type Found = {
	readonly width: number;
	readonly height: number;
	/** What the title says besides format and size. */
	readonly remark?: string | undefined;
	readonly details?: readonly Detail[];
	readonly exif?: Exif | undefined;
	/** Absent where the format is not drawn. */
	readonly decode?: (bound: Bound) => Promise<Pixels>;
};

const tooLarge = (width: number, height: number): Unreadable => new Unreadable(`with ${Math.round(width * height / 1_000_000)} megapixels it is too large to be drawn`);

const exifOf = (bytes: Uint8Array | undefined): Exif | undefined => {
	try {
		return bytes === undefined ? undefined : readExif(bytes);
	} catch {
		return undefined; // Damaged notes say nothing of the picture.
	}
};

const colourNames: Readonly<Record<number, string>> = {0: 'grey', 2: 'RGB', 3: 'palette', 4: 'grey with alpha', 6: 'RGBA'};

const findPng = async (source: Source): Promise<Found> => {
	const png = await readPngHead(source);
	return {
		...png,
		remark: `${png.bits === 16 ? '16-bit ' : ''}${colourNames[png.colourType]}${png.isInterlaced ? ', interlaced' : ''}${png.frames > 1 ? `, ${png.frames} frames` : ''}`,
		exif: exifOf(png.exif),
		async decode(bound) {
			// An interlaced one has to be put together in memory.
			if (png.isInterlaced && png.width * png.height > pixelLimit / 4) {
				throw new Unreadable('it is too large to be drawn');
			}

			return decodePng(source, png, bound);
		},
	};
};

const findJpeg = async (source: Source): Promise<Found> => {
	const {width, height, components, isProgressive, exif: bytes} = await readJpegHead(source);
	const exif = exifOf(bytes);
	return {
		width,
		height,
		remark: `${components === 1 ? 'grey' : (components === 4 ? 'CMYK' : 'colour')}${isProgressive ? ', progressive' : ''}`,
		exif,
		async decode(bound) {
			if (width * height <= jpegLimit) {
				return readJpeg(source, bound);
			}

			if (exif?.thumbnail === undefined) {
				throw tooLarge(width, height);
			}

			return decodeJpeg(exif.thumbnail, bound);
		},
	};
};

const findGif = async (source: Source, bound: Bound | undefined): Promise<Found> => {
	const head = viewOf(await source.read(0, 10));
	const [width, height] = [head.u16(6, true), head.u16(8, true)];
	const isLarge = width * height > pixelLimit / 2;
	const {frames, seconds, pixels} = await readGif(source, isLarge ? undefined : bound);
	return {
		width,
		height,
		remark: frames > 1 ? `${frames} frames, ${seconds.toFixed(1)} s` : undefined,
		async decode() {
			if (pixels === undefined) {
				throw new Unreadable('it is too large to be drawn');
			}

			return pixels;
		},
	};
};

const find = async (source: Source, format: PictureFormat, bound: Bound | undefined): Promise<Found> => {
	switch (format) {
		case 'PNG': {
			return findPng(source);
		}

		case 'JPEG': {
			return findJpeg(source);
		}

		case 'GIF': {
			return findGif(source, bound);
		}

		case 'BMP': {
			const bmp = await readBmpHead(source);
			return {...bmp, remark: `${bmp.bits} bits`, decode: async wanted => decodeBmp(source, bmp, wanted)};
		}

		case 'WebP':
		case 'TIFF':
		case 'AVIF':
		case 'HEIC':
		case 'ICO':
		case 'PSD':
		case 'QOI': {
			return readSize(source, format);
		}
	}
};

/** A picture: its size, what is noted in it, and its pixels, made small, where the terminal can show them. */
export const readPicture = async (source: Source, format: PictureFormat, {colours, cell}: ReadOptions): Promise<Content> => {
	const bound = cell === undefined ? (colours < least ? undefined : blocksBound) : graphicsBound;
	const {width, height, remark, details = [], exif, decode} = await find(source, format, bound);
	const size = width > 0 && height > 0 ? [`${width} × ${height}`] : [];
	const title = [`${format} picture`, ...size, ...(remark === undefined || remark === '' ? [] : [remark])].join(', ');
	const notes: Detail[] = [...exif?.details ?? [], ...details];
	if (bound === undefined) {
		return {kind: 'facts', title, details: notes};
	}

	if (decode === undefined) {
		return {kind: 'facts', title, details: [...notes, ...(notes.length > 0 ? [''] : []), `${format} pictures are not drawn`]};
	}

	try {
		if (width * height > pixelLimit) {
			throw tooLarge(width, height);
		}

		return {kind: 'picture', title, pixels: turn(await decode(bound), exif?.orientation ?? 1), colours, details: notes, ...(cell !== undefined && {cell})};
	} catch (error) {
		if (!(error instanceof Unreadable || error instanceof RangeError)) {
			throw error;
		}

		return {kind: 'facts', title, details: [...notes, ...(notes.length > 0 ? [''] : []), error.message]};
	}
};
