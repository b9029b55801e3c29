declare global {
	// eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- this is how it is added to
	interface ImportMeta {
		/** What runs in the threads that compress, as `workerScript` is for previews; from the sources there is none, and the work is done where the caller is. */
		readonly zipScript?: string;
	}
}

/** What runs in the threads that compress. */
export const threadScript = (): URL | undefined => import.meta.zipScript === undefined ? undefined : new URL(import.meta.zipScript, import.meta.url);
