import {Buffer} from 'node:buffer';
import {expect, test} from 'vitest';
import type {Channel, Outgoing} from '../../source/export/send/channel.js';
import {openIterm2Transfer} from '../../source/export/send/iterm2.js';
import {openKittyTransfer} from '../../source/export/send/kitty.js';
import {fakeKitty, type Manners} from '../helpers/fake-kitty.js';

const fileOf = (data: Uint8Array, said = data.length): Outgoing => ({
	name: 'a b.bin', bytes: said, modifiedAt: 1000,
	async read(buffer, position) {
		// In pieces, as a network does it.
		const part = data.subarray(position, position + Math.min(1000, buffer.length));
		buffer.set(part);
		return part.length;
	},
});

const open = (manners: Manners) => {
	const kitty = fakeKitty(manners);
	const listeners = new Set<(reply: string) => void>();
	let output = '';
	const channel: Channel = {
		async write(bytes) {
			output += bytes;
			for (const {groups} of kitty.answer(output).matchAll(/\u{1B}(?<reply>\][^\u{1B}]*)\u{1B}\\/gv)) { // eslint-disable-line no-control-regex
				for (const listener of listeners) {
					listener(groups!.reply!);
				}
			}
		},
		listen(listener) {
			listeners.add(listener);
			return () => {
				listeners.delete(listener);
			};
		},
	};
	return {kitty, channel, listeners, output: () => output};
};

const impatient = {user: 20, terminal: 20};
const options = {signal: new AbortController().signal, onProgress: () => undefined};

test('kitty that says nothing is not waited for without end', async () => {
	const {kitty, channel, listeners} = open('is silent');
	await expect(openKittyTransfer(channel, 'x', options, impatient)).rejects.toThrow('the terminal has not answered within 0 seconds whether it may');
	expect(kitty.actions()).toEqual(['send', 'cancel']);
	expect(listeners.size).toBe(0);
});

test('kitty that falls silent is given up, and nothing more is sent', async () => {
	const {kitty, channel, listeners} = open('falls silent');
	const sender = await openKittyTransfer(channel, 'x', options, impatient);
	await expect(sender.send(fileOf(new Uint8Array(10)))).rejects.toThrow('has not answered');
	expect(sender.isOver()).toBe(true);
	expect(kitty.actions()).toEqual(['send', 'file', 'cancel']);
	expect(listeners.size).toBe(0);
});

test('a file arrives in whole pieces, however it is read; one that fails does not end the others', async () => {
	const data = Uint8Array.from({length: 10_000}, (_, index) => index % 251);
	const {kitty, channel} = open('fails a file');
	const told: number[] = [];
	const sender = await openKittyTransfer(channel, 'x', {...options, onProgress(bytes) {
		told.push(bytes);
	}}, impatient);
	await expect(sender.send(fileOf(data))).rejects.toThrow('EACCES');
	await sender.send(fileOf(data));
	await sender.finish();
	expect(kitty.received()[1]!.data.equals(data)).toBe(true);
	expect(kitty.actions()).toEqual(['send', 'file', 'file', 'data', 'data', 'data', 'end_data', 'finish']);
	expect(told).toEqual([4096, 8192, 10_000]);
});

test('a refusal is heard at any time, and an answer to another transfer is not', async () => {
	const {channel, listeners} = open('agrees');
	const sender = await openKittyTransfer(channel, 'x', options, impatient);
	const tell = (id: string, text: string): void => {
		for (const listener of listeners) {
			listener(`]5113;ac=status;id=${id};st=${Buffer.from(text).toString('base64')}`);
		}
	};

	tell('y', 'EPERM:not for us');
	await sender.send(fileOf(new Uint8Array(1)));
	tell('x', 'EPERM:User refused the transfer');
	await expect(sender.send(fileOf(new Uint8Array(1)))).rejects.toThrow('it was refused in the terminal');
	expect(sender.isOver()).toBe(true);
});

test('iTerm2 before 3.5 is sent small files only', async () => {
	const {channel, output} = open('is silent');
	const sender = openIterm2Transfer(channel, options, false);
	await sender.send(fileOf(Uint8Array.from([1, 2, 3])));
	expect(output()).toBe(`\u{1B}]1337;File=name=${Buffer.from('a b.bin').toString('base64')};size=3;inline=0:AQID\u{7}`);
	await expect(sender.send(fileOf(new Uint8Array(100_000)))).rejects.toThrow('iTerm2 before 3.5');
});

test('a file that has become shorter is sent as far as it goes', async () => {
	const {kitty, channel} = open('agrees');
	const sender = await openKittyTransfer(channel, 'x', options, impatient);
	await sender.send(fileOf(new Uint8Array(5000), 9000));
	expect(kitty.received()[0]).toMatchObject({size: 9000, isWhole: true});
	expect(kitty.received()[0]!.data).toHaveLength(5000);
});
