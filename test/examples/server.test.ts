import {spawn} from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import process from 'node:process';
import {expect, onTestFinished, test, vi} from 'vitest';
import {execute, namesIn, plant, temporaryFolder} from '../helpers/folders.js';
import {environmentOf, openProgram} from '../helpers/program.js';

const program = openProgram();
const example = path.join(import.meta.dirname, 'server.ts');

type Browser = {
	readonly get: (url: string, options?: RequestInit) => Promise<Response>;
	readonly cookie: string;
	/** Where the files of its session lie. */
	readonly session: string;
};

/** The example as one starts it, on a port of its own. */
const openServer = async () => {
	const base = await temporaryFolder();
	const outputs = path.join(base, 'outputs');
	const child = spawn(process.execPath, [example, outputs], {env: {...environmentOf(base), PORT: '0'}, stdio: ['ignore', 'pipe', 'inherit']});
	onTestFinished(async () => {
		const ended = new Promise(resolve => {
			child.on('close', resolve);
		});
		child.kill('SIGTERM');
		expect(await ended).toBe(0);
	});
	const {promise, resolve, reject} = Promise.withResolvers<string>();
	child.stdout.setEncoding('utf8').once('data', (text: string) => {
		resolve(text.trim());
	});
	child.once('exit', code => {
		reject(new Error(`the server ended with ${code}`));
	});
	const address = await promise;

	const openBrowser = async (): Promise<Browser> => {
		const before = fs.existsSync(outputs) ? namesIn(outputs) : [];
		const response = await fetch(address);
		expect(response.status).toBe(200);
		const set = response.headers.getSetCookie();
		expect(set).toHaveLength(1);
		expect(set[0]).toMatch(/^session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
		const [cookie] = set[0]!.split(';', 1);
		const id = namesIn(outputs).find(name => !name.startsWith('.') && !before.includes(name));
		return {
			cookie: cookie!,
			session: path.join(outputs, id!),
			get: async (url, options = {}) => fetch(new URL(url, address), {redirect: 'manual', ...options, headers: {cookie: cookie!, ...options.headers}}),
		};
	};

	return {address, outputs, openBrowser, pid: child.pid!};
};

/** A request with a path exactly as given: `fetch` would tidy it. */
const raw = async (address: string, target: string, headers: Readonly<Record<string, string>>, method = 'GET'): Promise<{readonly status: number; readonly headers: http.IncomingHttpHeaders; readonly body: string}> => {
	const {hostname, port} = new URL(address);
	const {promise, resolve, reject} = Promise.withResolvers<{status: number; headers: http.IncomingHttpHeaders; body: string}>();
	http.request({hostname, port, path: target, method, headers}, response => {
		let body = '';
		response.setEncoding('utf8').on('data', (text: string) => {
			body += text;
		}).on('end', () => {
			resolve({status: response.statusCode!, headers: response.headers, body});
		}).on('error', reject);
	}).on('error', reject).end();
	return promise;
};

/** Which regular files below a folder a process has open. */
const openFilesBelow = (pid: number, folder: string): string[] => fs.readdirSync(`/proc/${pid}/fd`).flatMap(name => {
	try {
		const target = fs.readlinkSync(`/proc/${pid}/fd/${name}`);
		return target.startsWith(`${folder}/`) ? [target] : [];
	} catch {
		return [];
	}
});

const sweepAll = async (outputs: string): Promise<{removed: unknown[]; kept: Array<{reason: string}>}> => {
	const {stdout} = await program.run(['sweep', '--outputs', outputs, '--max-age-hours', '0.00001', '--json'], {env: {HOME: path.dirname(outputs), XDG_STATE_HOME: `${path.dirname(outputs)}/state`}});
	return JSON.parse(stdout) as {removed: unknown[]; kept: Array<{reason: string}>};
};

test('a browser gets a session, sees what is made for it, and takes it home one by one and as a ZIP', async () => {
	const {openBrowser} = await openServer();
	const {get, session} = await openBrowser();
	expect((await get('/generate', {method: 'POST'})).status).toBe(303);
	plant(session, {'bulk/batch-1/<b>&.txt': 'bold'});

	const page = await (await get('/')).text();
	expect(page).toContain('<a href="/files/single/report.txt">single/report.txt</a>');
	expect(page).toContain('<a href="/files/bulk/batch-1/%3Cb%3E%26.txt">bulk/batch-1/&#60;b&#62;&#38;.txt</a>');

	const file = await get('/files/bulk/batch-1/%3Cb%3E%26.txt');
	expect(await file.text()).toBe('bold');
	expect(file.headers.get('content-type')).toBe('application/octet-stream');

	const zip = await get('/outputs.zip');
	const place = path.join(path.dirname(session), '../got.zip');
	fs.writeFileSync(place, await zip.bytes());
	const {stdout} = await execute('unzip', ['-Z1', place]);
	expect(stdout.trim().split('\n')).toEqual(expect.arrayContaining(['single/report.txt', 'bulk/batch-1/<b>&.txt']));
	await execute('unzip', ['-tq', place]);
});

test('another browser\'s files cannot be reached', async () => {
	const {address, openBrowser, outputs} = await openServer();
	const [alice, mallory] = [await openBrowser(), await openBrowser()];
	plant(alice.session, {'single/secret.txt': 'of alice'});
	plant(mallory.session, {'single/own.txt': 'of mallory'});
	fs.writeFileSync(path.join(outputs, '../outside.txt'), 'of the machine');
	fs.symlinkSync(`${alice.session}/single/secret.txt`, `${mallory.session}/single/link`);
	fs.symlinkSync(`${alice.session}/single`, `${mallory.session}/single/folder`);
	const id = path.basename(alice.session);

	expect(await (await alice.get('/files/single/secret.txt')).text()).toBe('of alice');
	const targets = [
		'/files/single/secret.txt',
		`/files/../${id}/single/secret.txt`,
		`/files/..%2F${id}%2Fsingle%2Fsecret.txt`,
		`/files/single/..%2F..%2F${id}%2Fsingle%2Fsecret.txt`,
		'/files/single/..%2f..%2f..%2foutside.txt',
		`/files/single/%2e%2e/%2e%2e/${id}/single/secret.txt`,
		`/files/${id}/single/secret.txt`,
		`/files/%2F${encodeURIComponent(`${alice.session}/single/secret.txt`)}`,
		`/files/single/..%5C..%5C${id}%5Csingle%5Csecret.txt`,
		'/files/single/link',
		'/files/single/folder/secret.txt',
		'/files/.session.json',
		'/files/single/..%2F.session.json',
		'/files/single/own.txt%00.png',
		'/files/single/own.txt/',
		'/files/single//own.txt',
		'/files/single',
		'/files/%FF',
		'/files/single/%C0%AE%C0%AE/x',
	];
	for (const target of targets) {
		const {status, body} = await raw(address, target, {cookie: mallory.cookie});
		expect([target, status, body]).toEqual([target, expect.toBeOneOf([400, 404]), expect.not.stringMatching(/of alice|of mallory|of the machine|sojourn|node_modules|"id"/)]);
	}

	// An id is a name and opens nothing; nor does a token that somebody made up, or none.
	for (const cookie of [`session=${id}`, `session=${'A'.repeat(43)}`, 'session=', '', `${mallory.cookie}; session=${id}`, 'session=__proto__']) {
		const {status, body} = await raw(address, '/files/single/secret.txt', {cookie});
		expect([cookie, status, body]).toEqual([cookie, 404, 'There is no such file.\n']);
		const zip = await raw(address, '/outputs.zip', {cookie});
		expect(zip.body).not.toContain('secret');
	}

	const zip = await raw(address, '/outputs.zip', {cookie: mallory.cookie});
	expect(zip.body).toContain('single/own.txt');
	expect(zip.body).not.toMatch(/secret|of alice/);
});

test('HEAD sends headers alone, and a Range gets the whole file', async () => {
	const {address, openBrowser} = await openServer();
	const {cookie, session} = await openBrowser();
	plant(session, {'single/a.txt': '0123456789'});
	const head = await raw(address, '/files/single/a.txt', {cookie}, 'HEAD');
	expect([head.status, head.headers['content-length'], head.body]).toEqual([200, '10', '']);
	const range = await raw(address, '/files/single/a.txt', {cookie, range: 'bytes=2-4'});
	expect([range.status, range.headers['accept-ranges'], range.body]).toEqual([200, 'none', '0123456789']);
	const zip = await raw(address, '/outputs.zip', {cookie}, 'HEAD');
	expect([zip.status, zip.headers['content-disposition'], zip.body]).toEqual([200, 'attachment; filename=outputs.zip', '']);
	const nothing = await raw(address, '/files/single/b.txt', {cookie}, 'HEAD');
	expect([nothing.status, nothing.headers['content-disposition']]).toEqual([404, undefined]);
});

test.each([
	['a"; filename="evil.html', String.raw`attachment; filename="a\"; filename=\"evil.html"`],
	['line\r\nset-cookie: session=x', /^attachment; filename="line\?\?set-cookie: session=x"; filename\*=UTF-8''line%0D%0Aset-cookie%3A%20session%3Dx$/],
	['Ünï ☃.txt', /^attachment; filename="\?n\? \?\.txt"; filename\*=UTF-8''%C3%9Cn%C3%AF%20%E2%98%83\.txt$/],
	['%41.html', /^attachment; filename=%41\.html; filename\*=UTF-8''%2541\.html$/],
])('the name %j cannot break out of its header', async (name, expected) => {
	const {address, openBrowser} = await openServer();
	const {cookie, session} = await openBrowser();
	plant(session, {[`single/${name}`]: 'content'});
	const {status, headers, body} = await raw(address, `/files/single/${encodeURIComponent(name)}`, {cookie});
	expect([status, body, headers['set-cookie'], headers['content-type']]).toEqual([200, 'content', undefined, 'application/octet-stream']);
	expect(headers['content-disposition']).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
});

test('a name that is not UTF-8 is shown, goes into the ZIP, and has no link', async () => {
	const {openBrowser} = await openServer();
	const {get, session} = await openBrowser();
	plant(session, {'single/\u{DCFF}.bin': 'content'});
	const page = await (await get('/')).text();
	expect(page).toContain('<li>single/\u{FFFD}.bin 7 bytes</li>');
	expect(await (await get('/outputs.zip')).text()).toContain('single/%FF.bin');
});

test('a browser whose session was ended gets a new one', async () => {
	const {openBrowser, outputs} = await openServer();
	const {get, session, cookie} = await openBrowser();
	const ended = await program.run(['end', path.basename(session), '--yes', '--outputs', outputs], {env: {HOME: path.dirname(outputs), XDG_STATE_HOME: `${path.dirname(outputs)}/state`}});
	expect(ended).toMatchObject({code: 0});
	const again = await get('/');
	expect([again.status, again.headers.get('location')]).toEqual([303, '/']);
	const fresh = await get('/');
	expect([fresh.status, fresh.headers.getSetCookie().length]).toEqual([200, 1]);
	expect(fresh.headers.getSetCookie()[0]).not.toContain(cookie);
});

test('a session is not swept while a download of it runs, and an aborted download leaves nothing', async () => {
	const {address, openBrowser, outputs, pid} = await openServer();
	const {cookie, session} = await openBrowser();
	// More than the buffers between the two hold, and nothing that can be deflated away.
	fs.writeFileSync(`${session}/single/large.png`, new Uint8Array(64 * 1024 * 1024));
	for (const target of ['/outputs.zip', '/files/single/large.png']) {
		const {hostname, port} = new URL(address);
		const {promise, resolve} = Promise.withResolvers<http.IncomingMessage>();
		const request = http.get({hostname, port, path: target, headers: {cookie}}, resolve);
		request.on('error', () => undefined);
		const response = await promise;
		response.on('error', () => undefined);
		response.once('readable', () => undefined); // One block, and no more: the server must wait.
		await vi.waitUntil(() => openFilesBelow(pid, session).length > 0);
		await vi.waitUntil(() => Date.now() - fs.lstatSync(`${session}/single/large.png`).ctimeMs > 100); // Older than the timeout of the sweep.

		const during = await sweepAll(outputs);
		expect(during.removed).toEqual([]);
		expect(during.kept).toEqual([expect.objectContaining({reason: expect.stringContaining('a program has locked it') as string})]);
		expect(fs.existsSync(session)).toBe(true);

		request.destroy();
		await vi.waitUntil(() => openFilesBelow(pid, session).length === 0, {timeout: 5000});
		expect(new Set(fs.readdirSync(session, {recursive: true, encoding: 'utf8'}))).toEqual(new Set(['.session.json', 'bulk', 'single', 'single/large.png']));
	}

	// Nobody holds it any more.
	await vi.waitUntil(async () => (await sweepAll(outputs)).removed.length === 1, {timeout: 10_000, interval: 100});
	expect((await raw(address, '/outputs.zip', {cookie})).status).toBe(404);
	expect(fs.readdirSync(path.dirname(outputs)).filter(name => name.endsWith('.part'))).toEqual([]);
});

test('a file that shrinks while it is sent is broken off', async () => {
	const {address, openBrowser, pid} = await openServer();
	const {cookie, session} = await openBrowser();
	const place = `${session}/single/large.bin`;
	fs.writeFileSync(place, new Uint8Array(64 * 1024 * 1024));
	const {hostname, port} = new URL(address);
	const {promise, resolve, reject} = Promise.withResolvers<http.IncomingMessage>();
	http.get({hostname, port, path: '/files/single/large.bin', headers: {cookie}}, resolve).on('error', reject);
	const response = await promise;
	response.once('readable', () => undefined);
	await vi.waitUntil(() => openFilesBelow(pid, session).length > 0);
	fs.truncateSync(place, 1024);
	await expect(response.toArray()).rejects.toThrow('aborted');
});
