import {Buffer} from 'node:buffer';
import type {Random} from './random.js';

/** Samples a second. */
export const sampleRate = 22_050;

/**
Samples from -1 to 1 as a WAV file: one channel, 16 bits, PCM. https://soundfile.sapp.org/doc/WaveFormat/
*/
export const encodeWav = (samples: Float32Array): Uint8Array => {
	const dataLength = samples.length * 2;
	const file = Buffer.alloc(44 + dataLength);
	file.write('RIFF', 0, 'latin1');
	file.writeUInt32LE(36 + dataLength, 4);
	file.write('WAVEfmt ', 8, 'latin1');
	file.writeUInt32LE(16, 16); // The length of what follows up to the data.
	file.writeUInt16LE(1, 20); // PCM
	file.writeUInt16LE(1, 22); // Channels
	file.writeUInt32LE(sampleRate, 24);
	file.writeUInt32LE(sampleRate * 2, 28); // Bytes a second
	file.writeUInt16LE(2, 32); // Bytes a sample
	file.writeUInt16LE(16, 34); // Bits a sample
	file.write('data', 36, 'latin1');
	file.writeUInt32LE(dataLength, 40);
	for (let index = 0, offset = 44; index < samples.length; index++, offset += 2) {
		const value = Math.max(-1, Math.min(1, samples[index]!)) * 32_767;
		file[offset] = value & 0xff;
		file[offset + 1] = (value >> 8) & 0xff;
	}

	return file;
};

/** Fades in for a moment and out to the end, so that nothing clicks. */
const fade = (samples: Float32Array): Float32Array => {
	const rise = sampleRate / 50;
	for (let index = 0; index < samples.length; index++) {
		samples[index]! *= Math.min(1, index / rise) * (1 - (index / samples.length));
	}

	return samples;
};

const semitone = 2 ** (1 / 12);

/** Three or four tones of a scale at once. */
export const chord = (random: Random, seconds: number): Uint8Array => {
	const samples = new Float32Array(Math.round(seconds * sampleRate));
	const root = 110 * (semitone ** random.between(0, 24));
	const steps = random.pick([[0, 4, 7], [0, 3, 7], [0, 4, 7, 11], [0, 3, 7, 10]]);
	for (const step of steps) {
		// A sine from the two samples before it: one multiplication in place of a call of Math.sin.
		const angle = 2 * Math.PI * root * (semitone ** step) / sampleRate;
		const factor = 2 * Math.cos(angle);
		let before = -Math.sin(angle);
		let now = 0;
		for (let index = 0; index < samples.length; index++) {
			const next = (factor * now) - before;
			samples[index] = samples[index]! + (now * 0.22);
			before = now;
			now = next;
		}
	}

	return encodeWav(fade(samples));
};

/** A tone that climbs or falls, as a bird's or a sonar's. */
export const chirp = (random: Random, seconds: number): Uint8Array => {
	const samples = new Float32Array(Math.round(seconds * sampleRate));
	const [from, to] = [200 + (random.next() * 600), 200 + (random.next() * 3000)];
	let phase = 0;
	for (let index = 0; index < samples.length; index++) {
		phase += 2 * Math.PI * (from + ((to - from) * index / samples.length)) / sampleRate;
		samples[index] = Math.sin(phase) * 0.6;
	}

	return encodeWav(fade(samples));
};
