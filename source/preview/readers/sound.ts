import {describeFormat, describeSampling, describeTags, formatSeconds, readMetadata} from '../media/metadata.js';
import {readPeaks, readWaveHead, type Wave} from '../media/wave.js';
import type {Content, Detail} from '../shapes.js';
import {Unreadable, type Source} from '../source.js';

const mimeTypes: Readonly<Record<string, string>> = {
	WAV: 'audio/wav', FLAC: 'audio/flac', Ogg: 'audio/ogg', MP3: 'audio/mpeg', AIFF: 'audio/aiff', M4A: 'audio/mp4',
};

/** How long it is, how it was sampled, and what is noted of it. Whatever a file says, reading it does not fail. */
const describe = async (source: Source, format: string): Promise<Detail[]> => {
	try {
		const metadata = await readMetadata(source, mimeTypes[format] ?? 'audio/mpeg');
		const tags = describeTags(metadata);
		return [...describeFormat(metadata, true), ...(tags.length > 0 ? ['', ...tags] : [])];
	} catch {
		return [];
	}
};

const describeWave = ({length, channels, bits, rate}: Wave): Detail[] => {
	const bytes = rate * channels * bits / 8;
	return [...(bytes > 0 ? [['duration', formatSeconds(length / bytes)] as const] : []), ['sampled', describeSampling({rate, channels, bits})]];
};

/** A recording: its duration, its tags and, of a WAV file, how loud it is over time. */
export const readSound = async (source: Source, format: string): Promise<Content> => {
	const title = `${format} sound`;
	let details = await describe(source, format);
	if (format !== 'WAV') {
		if (details.length === 0) {
			throw new Unreadable('it says nothing of itself');
		}

		return {kind: 'facts', title, details};
	}

	const wave = await readWaveHead(source);
	details = details.length === 0 ? describeWave(wave) : details;
	const graph = await readPeaks(source, wave);
	return {kind: 'facts', title, details, ...(graph !== undefined && {graph})};
};
