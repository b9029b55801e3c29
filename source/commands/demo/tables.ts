import {Buffer} from 'node:buffer';
import type {Random} from './random.js';

const lines = (rows: readonly string[]): Uint8Array => Buffer.from(`${rows.join('\n')}\n`);

const day = 24 * 60 * 60 * 1000;
const start = Date.UTC(2026, 10, 1);

const dateOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** Hourly readings of a weather station. */
export const weather = (random: Random, hours: number): Uint8Array => {
	const rows = ['time,temperature_c,humidity_percent,pressure_hpa,wind_m_s,rain_mm'];
	let [mood, pressure] = [random.normal() * 4, 1013 + (random.normal() * 6)];
	for (let hour = 0; hour < hours; hour++) {
		mood += random.normal() * 0.4;
		pressure += random.normal() * 0.5;
		const temperature = 9 + mood + (4 * Math.sin((((hour % 24) - 9) / 24) * 2 * Math.PI));
		rows.push([
			new Date(start + (hour * 3_600_000)).toISOString(),
			temperature.toFixed(1),
			String(random.between(45, 98)),
			pressure.toFixed(1),
			Math.abs(random.normal() * 4).toFixed(1),
			random.next() < 0.8 ? '0.0' : (random.next() * 4).toFixed(1),
		].join(','));
	}

	return lines(rows);
};

const goods = ['Ink, black', 'Ink, blue', 'Paper A3', 'Frame 30x40', 'Varnish "satin"', 'Brush no. 8', 'Canvas', 'Passe-partout', 'Gilding leaf', 'Café crème pigment'];
const towns = ['Tartu', 'Évora', 'Łódź', 'Malmö', 'Kyoto', 'Oaxaca', 'Nairobi', 'Quy Nhơn'];

const quote = (field: string): string => /[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;

/** Orders of a shop, with quoted fields and names from many places. */
export const orders = (random: Random, count: number): Uint8Array => {
	const rows = ['order,date,town,article,quantity,price_eur,note'];
	for (let index = 0; index < count; index++) {
		rows.push([
			`A-${10_000 + index}`,
			dateOf(start + (Math.floor(index / 12) * day)),
			random.pick(towns),
			quote(random.pick(goods)),
			String(random.between(1, 24)),
			(random.between(190, 18_900) / 100).toFixed(2),
			quote(random.next() < 0.9 ? '' : random.pick(['gift, please wrap', 'call "before" noon', 'two\nparcels'])),
		].join(','));
	}

	return lines(rows);
};

/** Tab-separated measurements, one row a subject. */
export const measurements = (random: Random, count: number): Uint8Array => lines([
	['subject', 'group', 'age', 'height_cm', 'weight_kg', 'reaction_ms'].join('\t'),
	...Array.from({length: count}, (_, index) => [
		`S${String(index + 1).padStart(3, '0')}`,
		random.pick(['control', 'treated']),
		random.between(19, 78),
		(171 + (random.normal() * 9)).toFixed(1),
		(72 + (random.normal() * 12)).toFixed(1),
		(310 + (random.normal() * 55)).toFixed(0),
	].join('\t')),
]);

/** How a training went, one JSON object a line. */
export const metrics = (random: Random, steps: number): Uint8Array => {
	let loss = 2.5 + random.next();
	return lines(Array.from({length: steps}, (_, step) => {
		loss = Math.max(0.02, loss * (0.995 + (random.normal() * 0.01)));
		return JSON.stringify({
			step: step * 10, loss: Number(loss.toFixed(4)), accuracy: Number((1 - (loss / 4)).toFixed(4)), learningRate: Number((0.001 * (0.99 ** step)).toPrecision(3)),
		});
	}));
};

/** What a run was started with. */
export const runConfig = (random: Random, name: string): Uint8Array => lines([JSON.stringify({
	name,
	seed: random.between(1, 99_999),
	model: {layers: random.between(2, 24), width: random.pick([128, 256, 512]), activation: random.pick(['gelu', 'relu', 'silu'])},
	data: {path: '/srv/data/tiles', shuffle: true, classes: ['meadow', 'forest', 'water', 'town']},
	stopAfter: null,
	tags: ['nightly', random.pick(['baseline', 'ablation', 'wide'])],
}, undefined, 2)]);
