/** A file as text: scripts for shells stay files of their own. */
declare module '*?raw' {
	const text: string;
	export default text;
}
