/**
A web server that gives each browser a session of its own, and offers what is in it as downloads: one file, or all as a ZIP that is made while it is sent.

	node test/examples/server.ts OUTPUTS        (PORT and HOST in the environment)

What keeps browsers apart is a random token in a cookie. Only this server knows which session it stands for; a session's id is a name, which stands in paths and logs, and opens nothing here. Behind HTTPS, set SECURE=1: then the cookie is sent over nothing else. Each visitor without a cookie starts a session, so put a limit on requests in front of it where anybody can come; and tokens live as long as the server, whose browsers begin anew after a restart.
*/
import {Buffer} from 'node:buffer';
import {createHash, randomBytes} from 'node:crypto';
import type {AddressInfo} from 'node:net';
import process from 'node:process';
import express, {type Express, type Request, type Response} from 'express';
import {
	addOutput,
	cleanupOldSessions,
	exportFile,
	exportZip,
	listOutputs,
	openOutputs,
	resumeSession,
	SojournError,
	startSession,
	type OpenedOutputs,
	type Output,
	type Session,
} from 'sojourn';

const isSecure = process.env['SECURE'] === '1';
// Browsers take a cookie of such a name from no other host, and over HTTPS only.
const cookieName = isSecure ? '__Host-session' : 'session';

/** Milliseconds after which a browser's use of its session is noted again. */
const noteUseAfter = 60_000;

const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, character => `&#${character.codePointAt(0)};`);

/** A path as part of a URL. A name that is not UTF-8 has none, and goes into the ZIP only. */
const urlOf = ({path}: Output): string | undefined => path.isWellFormed() ? `/files/${path.split('/').map(name => encodeURIComponent(name)).join('/')}` : undefined;

/** Which browser has which session. A token is kept as its hash: who reads this has no cookie yet. */
const createBrowsers = (outputs: OpenedOutputs) => {
	const sessions = new Map<string, {readonly session: Session; usedAt: number}>();
	const keyOf = (token: string): string => createHash('sha256').update(token).digest('hex');

	const tokenOf = (request: Request): string | undefined => request.headers.cookie
		?.split(';')
		.map(pair => pair.trim())
		.find(pair => pair.startsWith(`${cookieName}=`))
		?.slice(cookieName.length + 1);

	const known = async (request: Request): Promise<Session | undefined> => {
		const token = tokenOf(request);
		const key = token === undefined ? undefined : keyOf(token);
		const entry = key === undefined ? undefined : sessions.get(key);
		if (entry === undefined) {
			return undefined;
		}

		const now = Date.now();
		if (now - entry.usedAt > noteUseAfter) {
			try {
				await resumeSession({outputs, session: entry.session});
				entry.usedAt = now;
			} catch (error) {
				if (error instanceof SojournError && error.code === 'ERR_SESSION_NOT_FOUND') {
					sessions.delete(key!); // It has expired meanwhile.
					return undefined;
				}

				throw error;
			}
		}

		return entry.session;
	};

	/** The session of a request; a browser that has none gets one. */
	const admit = async (request: Request, response: Response): Promise<Session> => {
		const old = await known(request);
		if (old !== undefined) {
			return old;
		}

		const token = randomBytes(32).toString('base64url');
		const session = await startSession({outputs});
		sessions.set(keyOf(token), {session, usedAt: Date.now()});
		response.cookie(cookieName, token, {httpOnly: true, sameSite: 'lax', secure: isSecure, path: '/'});
		return session;
	};

	/** Does something with the session of a request; a browser whose session was removed a moment ago begins anew. */
	const withSession = async (request: Request, response: Response, action: (session: Session) => Promise<void>): Promise<void> => {
		try {
			await action(await admit(request, response));
		} catch (error) {
			if (!(error instanceof SojournError && error.code === 'ERR_SESSION_NOT_FOUND')) {
				throw error;
			}

			sessions.delete(keyOf(tokenOf(request) ?? ''));
			response.redirect(303, '/');
		}
	};

	return {
		/** The session of a request; `undefined` for a browser that has none. */
		known,
		withSession,
	};
};

/** Aborted when the browser goes away before it has everything. */
const signalOf = (response: Response): AbortSignal => {
	const controller = new AbortController();
	response.on('close', () => {
		controller.abort();
	});
	return controller.signal;
};

/** The headers of a download: saved and never shown, whatever it claims to be. */
const asDownload = (response: Response, name: string): void => {
	response.attachment(name); // Whatever the name holds: quotes, line ends, other scripts.
	response.set({
		'content-type': 'application/octet-stream',
		'content-security-policy': 'sandbox; default-src \'none\'',
		'accept-ranges': 'none',
	});
};

/** Tells what went wrong; where the download has begun, all that is left is to break it off. */
const refuse = (response: Response, error: unknown): void => {
	if (response.headersSent || response.destroyed) {
		response.destroy();
		return;
	}

	const code = error instanceof SojournError ? error.code : '';
	const isNothing = ['ERR_OUTPUT_NOT_FOUND', 'ERR_ARGUMENT', 'ERR_SESSION_NOT_FOUND'].includes(code);
	for (const header of ['content-disposition', 'content-length', 'content-security-policy']) {
		response.removeHeader(header);
	}

	if (!isNothing) {
		console.error(error);
	}

	response.status(isNothing ? 404 : 500).type('text').send(isNothing ? 'There is no such file.\n' : 'It failed.\n');
};

export const createApp = (outputs: OpenedOutputs): Express => {
	const browsers = createBrowsers(outputs);
	const app = express();
	app.disable('x-powered-by');
	app.disable('etag');
	app.use((_request, response, next) => {
		response.set({'x-content-type-options': 'nosniff', 'cache-control': 'private, no-store', 'referrer-policy': 'same-origin'});
		next();
	});

	app.get('/', async (request, response) => {
		await browsers.withSession(request, response, async session => {
			const files = (await listOutputs({outputs, session})).filter(({type}) => type === 'file');
			const rows = files.map(output => {
				const url = urlOf(output);
				const name = escapeHtml(output.path.toWellFormed());
				return `<li>${url === undefined ? name : `<a href="${escapeHtml(url)}">${name}</a>`} ${output.bytes} bytes</li>`;
			});
			response.set('content-security-policy', 'default-src \'none\'; form-action \'self\'').type('html').send(`<!doctype html>
<meta charset="utf-8">
<title>Your files</title>
<h1>Your files</h1>
<form method="post" action="/generate"><button>Make a file</button></form>
<ul>${rows.join('\n')}</ul>
${files.length === 0 ? '' : '<p><a href="/outputs.zip">All as a ZIP</a></p>'}
`);
		});
	});

	// Stands for whatever the server makes for its users.
	app.post('/generate', async (request, response) => {
		await browsers.withSession(request, response, async session => {
			await addOutput({outputs, session, path: 'single/report.txt', source: Buffer.from(`made at ${new Date().toISOString()}\n`)});
			response.redirect(303, '/');
		});
	});

	app.get('/files/*path', async (request, response) => {
		try {
			const session = await browsers.known(request);
			if (session === undefined) {
				throw new SojournError('this browser has no session', 'ERR_SESSION_NOT_FOUND');
			}

			// The session is the one of the cookie, and the library takes exact paths below it alone: no "..", no other id, no link.
			const path = (request.params.path as unknown as readonly string[]).join('/');
			const [file] = await listOutputs({outputs, session, path});
			if (file?.path !== path || file.type !== 'file') {
				throw new SojournError('it is no file', 'ERR_OUTPUT_NOT_FOUND');
			}

			asDownload(response, path.slice(path.lastIndexOf('/') + 1));
			response.set('content-length', String(file.bytes));
			if (request.method === 'HEAD') {
				response.end();
				return;
			}

			// A file that has grown or shrunk since must not be taken for the whole one.
			response.strictContentLength = true;
			await exportFile({outputs, session, path, to: response, signal: signalOf(response)});
		} catch (error) {
			refuse(response, error);
		}
	});

	app.get('/outputs.zip', async (request, response) => {
		try {
			const session = await browsers.known(request);
			if (session === undefined) {
				throw new SojournError('this browser has no session', 'ERR_SESSION_NOT_FOUND');
			}

			asDownload(response, 'outputs.zip');
			if (request.method === 'HEAD') {
				response.end();
				return;
			}

			await exportZip({outputs, session, to: response, signal: signalOf(response)});
		} catch (error) {
			refuse(response, error);
		}
	});

	// Bad escapes in a URL, and what nobody has thought of: no stack, no paths of this machine.
	app.use((error: Error & {readonly status?: number}, _request: Request, response: Response, _next: unknown) => {
		refuse(response, error.status !== undefined && error.status < 500 ? new SojournError('bad request', 'ERR_ARGUMENT') : error);
	});
	return app;
};

const main = async (): Promise<void> => {
	const outputs = await openOutputs(process.argv[2]);
	const server = createApp(outputs).listen(Number(process.env['PORT'] ?? 3000), process.env['HOST'] ?? '127.0.0.1', () => {
		const {address, port} = server.address() as AddressInfo;
		console.log(`http://${address}:${port}/`);
	});
	const sweep = async (): Promise<void> => {
		const {removed, failed} = await cleanupOldSessions({outputs});
		for (const {id} of removed) {
			console.log(`removed the session ${id}`);
		}

		for (const {id, error} of failed) {
			console.error(`the session ${id} could not be removed: ${error}`);
		}
	};

	const timer = setInterval(() => {
		sweep().catch(console.error);
	}, 3_600_000);
	process.once('SIGTERM', () => {
		clearInterval(timer);
		server.close(() => {
			void outputs.close();
		});
		server.closeAllConnections();
	});
};

if (process.argv[1] === import.meta.filename) {
	await main();
}
