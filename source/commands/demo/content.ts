import {
	createMaker,
	hour,
	minute,
	padded,
	times,
	type DemoEntry,
	type Maker,
} from './entry.js';
import {oddNames} from './odd-names.js';
import {
	chart,
	gradient,
	heightMap,
	mandelbrot,
	plasma,
	sprite,
} from './picture.js';
import {
	drawing,
	log,
	noise,
	page,
	python,
	report,
	story,
} from './prose.js';
import {createRandom} from './random.js';
import {chirp, chord} from './sound.js';
import {
	measurements,
	metrics,
	orders,
	runConfig,
	weather,
} from './tables.js';

const large = {width: 640, height: 360};
const medium = {width: 320, height: 180};
const small = {width: 48, height: 48};

const singles = ({file}: Maker): DemoEntry[] => [
	file('single/cover.png', 3 * minute, random => plasma(random, large)),
	file('single/mandelbrot.png', 12 * minute, random => mandelbrot(random, {width: 480, height: 270})),
	file('single/mandelbrot-close.png', 14 * minute, random => mandelbrot(random, medium)),
	file('single/loss.png', 31 * minute, random => chart(random, {width: 480, height: 270})),
	file('single/hills.png', 2 * hour, random => heightMap(random, large)),
	file('single/logo.svg', 3 * hour, random => drawing(random)),
	file('single/theme.wav', 50 * minute, random => chord(random, 3)),
	file('single/sonar.wav', 52 * minute, random => chirp(random, 1.5)),
	file('single/orders.csv', 4 * hour, random => orders(random, 1200)),
	file('single/subjects.tsv', 5 * hour, random => measurements(random, 240)),
	file('single/metrics.jsonl', 33 * minute, random => metrics(random, 2000)),
	file('single/config.json', 34 * minute, random => runConfig(random, 'aurora')),
	file('single/report.md', 20 * minute, random => report(random, 'Aurora: report of the week')),
	file('single/story.txt', 6 * hour, random => story(random, 40)),
	file('single/render.py', 7 * hour, random => python(random)),
	file('single/gallery.html', 8 * hour, random => page(random, 'Aurora', ['cover.png', 'hills.png'])),
	file('single/render.log', 2 * minute, random => log(random, 4000)),
	file('single/LICENSE', 20 * hour, random => story(random, 6)),
	file('single/weights.bin', 9 * hour, random => noise(random, 1_048_576)),
	file('single/empty.txt', 10 * hour, () => new Uint8Array()),
	file('single/.notes', 11 * hour, random => story(random, 1)),
	file('single/.cache/index.json', 11 * hour, random => runConfig(random, 'cache')),
];

const batches = ({file, folder}: Maker): DemoEntry[] => [
	...times(4, round => [
		...times(12, number => file(
			`bulk/2026-11-20 portraits/round-${round}/portrait-${number}.png`,
			(18 * hour) - (round * hour) - (number * minute),
			random => plasma(random, {width: 96, height: 120}, round * 6),
		)),
		file(`bulk/2026-11-20 portraits/round-${round}/notes.md`, (17 * hour) - (round * hour), random => report(random, `Round ${round}`)),
	]).flat(),
	file('bulk/2026-11-20 portraits/contact sheet.png', 13 * hour, random => gradient(random, medium)),
	...times(48, frame => file(
		`bulk/sprites/frame_${padded(frame, 4)}.png`,
		(9 * hour) - (frame * 2000),
		() => sprite(createRandom(1, 'one sprite for all frames'), small, frame / 48),
	)),
	...times(24, number => file(`bulk/soundscapes/${number % 3 === 0 ? 'chirp' : 'chord'} ${number}.wav`, (8 * hour) - (number * minute), random =>
		number % 3 === 0 ? chirp(random, 1) : chord(random, 1 + ((number % 4) / 2)))),
	...['Abisko', 'Évora', 'Kyoto', 'Łódź', 'Nairobi', 'Tartu'].flatMap((station, index) => times(4, week => file(
		`bulk/weather/${station}/week-${padded(week, 2)}.csv`,
		(15 * hour) - (index * hour) - (week * minute),
		random => weather(random, 168),
	))),
	...times(12, run => {
		const [name, age] = [`run-${run}`, (12 * hour) - (run * 40 * minute)];
		return [
			file(`bulk/experiments/${name}/config.json`, age + (30 * minute), random => runConfig(random, name)),
			file(`bulk/experiments/${name}/metrics.jsonl`, age, random => metrics(random, 300)),
			file(`bulk/experiments/${name}/train.log`, age, random => log(random, 120)),
			file(`bulk/experiments/${name}/plots/loss.png`, age, random => chart(random, {width: 200, height: 112})),
			file(`bulk/experiments/${name}/plots/samples.png`, age, random => plasma(random, {width: 160, height: 96})),
		];
	}).flat(),
	...times(30, number => file(`bulk/stories/chapter ${number}.txt`, (16 * hour) - (number * minute), random => story(random, 12))),
	...times(6, depth => file(
		`bulk/nested/${times(depth, level => `level ${level}`).join('/')}/here.txt`,
		14 * hour,
		random => story(random, 1),
	)),
	folder('bulk/empty batch', 5 * hour),
];

/**
What the demo's main session holds: a few hundred files, 6 to 10 MB, of each kind that programs make, in nested batches, some of them with odd names.
*/
export const demoContent = (seed = 1): DemoEntry[] => {
	const maker = createMaker(seed, 'aurora');
	return [...singles(maker), ...batches(maker), ...oddNames(maker)];
};
