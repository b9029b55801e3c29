import fs from 'node:fs';

declare global {
	// eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- this is how it is added to
	interface ImportMeta {
		/** What runs in the threads that compress, as `workerScript` is for previews; from the sources there is none, and the work is done where the caller is. */
		readonly zipScript?: string;
	}
}

/**
What runs in the threads that compress.

@returns `undefined` where there is none: from the sources, and where somebody has made one file of the library and what uses it
*/
export const threadScript = (): URL | undefined => {
	const script = import.meta.zipScript === undefined ? undefined : new URL(import.meta.zipScript, import.meta.url);
	return script?.protocol === 'file:' && !fs.existsSync(script) ? undefined : script;
};
