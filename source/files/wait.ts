/** Lets some milliseconds pass before something is tried again. */
export const wait = async (milliseconds: number): Promise<void> => {
	const {promise, resolve} = Promise.withResolvers<void>();
	setTimeout(resolve, milliseconds);
	return promise;
};
