/**
What a `SojournError` is about. Where the system refused, it is the system's own code instead: `ENOENT`, `EACCES`, `ENOSPC`…
*/
export type SojournErrorCode =
	/** It failed for another reason, which the message gives. */
	| 'ERR_FAILED'
	/** An argument is not allowed: no path of an output, a taken or bad label, a file where a folder was expected. */
	| 'ERR_ARGUMENT'
	/** A setting is not allowed: an option, an environment variable, `config.json`, the deployment's policy. */
	| 'ERR_SETTING'
	/** There is no such session that this user may see, or not any more. */
	| 'ERR_SESSION_NOT_FOUND'
	/** The session is broken, and can only be read. */
	| 'ERR_SESSION_BROKEN'
	/** Somebody uses the session that was to be ended. */
	| 'ERR_SESSION_HELD'
	/** The session that was to be ended is marked to be kept. */
	| 'ERR_SESSION_KEPT'
	/** There is no such output. */
	| 'ERR_OUTPUT_NOT_FOUND'
	/** The file changed while it was copied. */
	| 'ERR_OUTPUT_CHANGED';

/**
What every function of the library fails with, but for a signal's reason. The message is a whole sentence: what failed, on which path, why, what to do. It is printable, whatever the names in it hold.
*/
export class SojournError extends Error {
	override readonly name: string = 'SojournError';
	/** As `SojournErrorCode`, or the system's code. */
	readonly code: string;

	constructor(message: string, code = 'ERR_FAILED', options?: ErrorOptions) {
		super(message, options);
		this.code = code;
	}
}

/** An argument is not allowed: `ERR_ARGUMENT`. Nothing was done. */
export class ArgumentError extends SojournError {
	override readonly name: string = 'ArgumentError';

	constructor(message: string, options?: ErrorOptions) {
		super(message, 'ERR_ARGUMENT', options);
	}
}

/** A setting is not allowed: `ERR_SETTING`. Nothing was done. */
export class SettingError extends SojournError {
	override readonly name: string = 'SettingError';
	/** An option, an environment variable, or a key and the file that it stands in. */
	readonly setting: string;
	/** As it was given. */
	readonly value: unknown;

	constructor(message: string, setting: string, value: unknown, options?: ErrorOptions) {
		super(message, 'ERR_SETTING', options);
		this.setting = setting;
		this.value = value;
	}
}

/** There is no such session that this user may see, or not any more: `ERR_SESSION_NOT_FOUND`. */
export class SessionNotFoundError extends SojournError {
	override readonly name: string = 'SessionNotFoundError';

	constructor(message: string, options?: ErrorOptions) {
		super(message, 'ERR_SESSION_NOT_FOUND', options);
	}
}

/** The session is broken, and can only be read: `ERR_SESSION_BROKEN`. */
export class SessionBrokenError extends SojournError {
	override readonly name: string = 'SessionBrokenError';

	constructor(message: string, options?: ErrorOptions) {
		super(message, 'ERR_SESSION_BROKEN', options);
	}
}

/** The session was not ended, as somebody uses it: `ERR_SESSION_HELD`. */
export class SessionHeldError extends SojournError {
	override readonly name: string = 'SessionHeldError';

	constructor(message: string, options?: ErrorOptions) {
		super(message, 'ERR_SESSION_HELD', options);
	}
}

/** The session was not ended, as it is marked to be kept: `ERR_SESSION_KEPT`. */
export class SessionKeptError extends SojournError {
	override readonly name: string = 'SessionKeptError';

	constructor(message: string, options?: ErrorOptions) {
		super(message, 'ERR_SESSION_KEPT', options);
	}
}

/** There is no such output: `ERR_OUTPUT_NOT_FOUND`. */
export class OutputNotFoundError extends SojournError {
	override readonly name: string = 'OutputNotFoundError';

	constructor(message: string, options?: ErrorOptions) {
		super(message, 'ERR_OUTPUT_NOT_FOUND', options);
	}
}

/** The file changed while it was copied: `ERR_OUTPUT_CHANGED`. Try again when whoever writes it has finished. */
export class OutputChangedError extends SojournError {
	override readonly name: string = 'OutputChangedError';

	constructor(message: string, options?: ErrorOptions) {
		super(message, 'ERR_OUTPUT_CHANGED', options);
	}
}
