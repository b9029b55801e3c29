import process from 'node:process';

const ignore = (): void => undefined;

/** Runs `action` while Ctrl+C and Ctrl+\ are for another program: the terminal sends them to all that are in it. */
export const sparedFromSignals = async (action: () => Promise<void>): Promise<void> => {
	const kept = (['SIGINT', 'SIGQUIT'] as const).map(signal => [signal, process.listeners(signal)] as const);
	for (const [signal] of kept) {
		process.removeAllListeners(signal);
		process.on(signal, ignore);
	}

	try {
		await action();
	} finally {
		for (const [signal, listeners] of kept) {
			process.off(signal, ignore);
			for (const listener of listeners) {
				process.on(signal, listener);
			}
		}
	}
};
