import {parseFromTokenizer, type IAudioMetadata, type ITrackInfo} from 'music-metadata';
import type {Detail} from '../shapes.js';
import type {Source} from '../source.js';
import {cleanText} from '../tag.js';
import {formatCount} from '../../text/size.js';
import {SourceTokenizer} from './tokenizer.js';

/** Seconds as a player shows them. */
export const formatSeconds = (seconds: number): string => {
	const whole = Math.round(seconds * 10) / 10;
	const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
	const rest = (whole % 60).toFixed(1).padStart(4, '0');
	return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
};

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value > 0;

const channelNames: Readonly<Record<number, string>> = {1: 'mono', 2: 'stereo'};

/** `44,100 Hz, stereo, 16 bits`, as far as it is known. */
export const describeSampling = ({rate, channels, bits}: {readonly rate?: unknown; readonly channels?: unknown; readonly bits?: unknown}): string => [
	...(isNumber(rate) ? [`${formatCount(rate)} Hz`] : []),
	...(isNumber(channels) ? [channelNames[channels] ?? `${channels} channels`] : []),
	...(isNumber(bits) ? [`${bits} bits`] : []),
].join(', ');

/** The text of a tag: one value or several, each by itself or with more that is noted beside it. */
const texts = (value: unknown): string => {
	const all: readonly unknown[] = Array.isArray(value) ? value : [value];
	return all.slice(0, 8).map(item => {
		if (typeof item === 'string' || typeof item === 'number') {
			return String(item);
		}

		return typeof item === 'object' && item !== null && 'text' in item && typeof item.text === 'string' ? item.text : '';
	}).filter(text => text !== '').join(', ');
};

/** What is noted of a recording, in the order in which it is shown. */
const tagNames = ['title', 'artist', 'album', 'albumartist', 'composer', 'year', 'genre', 'copyright', 'encodedby', 'description', 'comment'] as const;

const describeTrack = ({video, audio, codecName, codecId, language}: ITrackInfo): string => {
	const codec = cleanText(texts(codecName ?? codecId).replaceAll(/^<|>$/g, ''), 40);
	const size = isNumber(video?.pixelWidth) && isNumber(video.pixelHeight) ? `${video.pixelWidth} × ${video.pixelHeight}` : '';
	const rate = isNumber(video?.frameRate) ? `${Math.round(video.frameRate * 100) / 100} frames a second` : '';
	const sampling = describeSampling({rate: audio?.samplingFrequency, channels: audio?.channels});
	return [size, codec, rate, sampling, cleanText(texts(language), 20)].filter(text => text !== '' && text !== 'und').join(', ');
};

/** Reads what a file of sound or film says of itself. */
export const readMetadata = async (source: Source, mimeType: string): Promise<IAudioMetadata> =>
	parseFromTokenizer(new SourceTokenizer(source, mimeType), {skipCovers: true, duration: false, includeChapters: false});

/** The tags, each with its name. */
export const describeTags = ({common, format}: IAudioMetadata): Detail[] => {
	const details: Detail[] = [];
	for (const name of tagNames) {
		const value = cleanText(texts(common[name]), 1000);
		if (value !== '') {
			details.push([name === 'albumartist' ? 'album artist' : (name === 'encodedby' ? 'encoded by' : name), value]);
		}
	}

	if (isNumber(common.track.no)) {
		details.push(['track', isNumber(common.track.of) ? `${common.track.no} of ${common.track.of}` : String(common.track.no)]);
	}

	const tool = cleanText(texts(format.tool));
	return tool === '' ? details : [...details, ['made with', tool]];
};

/** How long it is, how it was sampled, how it is packed. */
export const describeFormat = ({format}: IAudioMetadata, withSampling: boolean): Detail[] => {
	const codec = cleanText([texts(format.codec), texts(format.codecProfile)].filter(text => text !== '').join(', '), 60);
	const sampling = withSampling ? describeSampling({rate: format.sampleRate, channels: format.numberOfChannels, bits: format.bitsPerSample}) : '';
	// A film is as long as its longest track.
	const duration = format.duration ?? Math.max(0, ...format.trackInfo.map(track => isNumber(track.duration) ? track.duration : 0));
	return [
		...(isNumber(duration) ? [['duration', formatSeconds(duration)] as const] : []),
		...(sampling === '' ? [] : [['sampled', sampling] as const]),
		...(codec === '' || !withSampling ? [] : [['codec', codec] as const]),
		...(isNumber(format.bitrate) ? [['bit rate', `${formatCount(Math.round(format.bitrate / 1000))} kbit/s`] as const] : []),
	];
};

/** The tracks of a film: its pictures, its sounds, its subtitles. */
export const describeTracks = ({format}: IAudioMetadata): Detail[] => format.trackInfo.slice(0, 20).flatMap((track): Detail[] => {
	const text = describeTrack(track);
	return text === '' ? [] : [[track.video === undefined ? (track.audio === undefined ? 'track' : 'sound') : 'film', text]];
});
