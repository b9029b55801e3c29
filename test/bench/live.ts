import {spawn} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {openTerminal} from '../helpers/terminal.js';

/**
What following costs: from a write to the screen, and a key to its update while 10,000 files are written. `node test/run.js bench/live.ts`
*/

const id = '11111111-2222-4333-8444-555555555555';

const quantile = (values: readonly number[], part: number): string => `${(values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? NaN).toFixed(1)} ms`;

const tell = (what: string, values: readonly number[]): void => {
	console.log(`${what}: median ${quantile(values, 0.5)}, p95 ${quantile(values, 0.95)}, most ${quantile(values, 1)} (${values.length})`);
};

/** Writes files from a process of its own, as a producer does. */
const produce = async (folder: string, count: number, milliseconds: number): Promise<void> => {
	const script = `const fs=require('fs');let i=0;const t=Date.now();const go=()=>{const due=Math.min(${count},Math.ceil((Date.now()-t)/${milliseconds}*${count}));while(i<due)fs.writeFileSync(process.argv[1]+'/zz-'+(i++)+'.txt','x');if(i<${count})setTimeout(go,2)};go()`;
	const {promise, resolve} = Promise.withResolvers<void>();
	spawn(process.execPath, ['-e', script, folder], {stdio: 'inherit'}).on('exit', () => {
		resolve();
	});
	return promise;
};

const measure = async (count: number): Promise<void> => {
	const base = fs.mkdtempSync(path.join(os.tmpdir(), 'sojourn-bench-'));
	const single = path.join(base, 'outputs', id, 'single');
	fs.mkdirSync(single, {recursive: true});
	fs.mkdirSync(path.join(base, 'outputs', id, 'bulk'));
	for (let index = 0; index < count; index++) {
		fs.writeFileSync(path.join(single, `image-${index}.txt`), 'x');
	}

	const terminal = openTerminal({args: ['--session', id, '--no-sweep'], home: base, env: {SOJOURN_OUTPUTS: path.join(base, 'outputs')}});
	const total = (): number => Number(/\/(?<total>\d+)$/mv.exec(terminal.text())?.groups?.['total']);
	await terminal.waitFor(() => total() === count + 3, {timeout: 60_000});
	const press = async (key: 'j' | 'k', row: number): Promise<number> => {
		const began = performance.now();
		terminal.type(key);
		await terminal.waitFor(new RegExp(String.raw`\s${row}/\d+$`, 'mv'));
		return performance.now() - began;
	};

	const pressFor = async (isOver: () => boolean): Promise<number[]> => {
		const times: number[] = [];
		while (!isOver()) {
			times.push(await press('j', 2), await press('k', 1));
		}

		return times;
	};

	let rounds = 0;
	tell(`${count} files, key at rest`, await pressFor(() => ++rounds > 100));
	const latencies: number[] = [];
	for (let index = 0; index < 15; index++) {
		const before = total();
		const began = performance.now();
		fs.writeFileSync(path.join(single, `later-${index}.txt`), 'x');
		await terminal.waitFor(() => total() === before + 1);
		latencies.push(performance.now() - began);
		await new Promise(resolve => {
			setTimeout(resolve, 500);
		});
	}

	tell(`${count} files, from a write to the screen`, latencies);
	let isDone = false;
	const began = performance.now();
	const produced = produce(single, 10_000, 2000);
	void (async () => {
		await produced;
		isDone = true;
	})();

	tell(`${count} files, key while 10,000 more are written`, await pressFor(() => isDone));
	const written = performance.now();
	await terminal.waitFor(() => total() === count + 3 + 15 + 10_000, {timeout: 60_000});
	console.log(`${count} files: 10,000 were written in ${(written - began).toFixed(0)} ms, the last was on screen ${(performance.now() - written).toFixed(0)} ms later`);
	await terminal.dispose();
	fs.rmSync(base, {recursive: true});
};

for (const count of [30, 1000, 100_000]) {
	await measure(count);
}
