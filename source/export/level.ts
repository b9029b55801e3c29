/** From here on a file is large enough that a lower level is worth its loss. */
const largeBytes = 32 * 1024;

/**
How hard contents are deflated, from 0 (not at all) to 9. Where nobody says, it is what was measured to be worth the time: on text of some size 5 takes a third less of it than 6, for a hundredth more bytes; on little files all take the same.

@param asked - what was asked for
@param bytes - how long the contents are
*/
export const levelFor = (asked: number | undefined, bytes: number): number => asked ?? (bytes > largeBytes ? 5 : 6);
