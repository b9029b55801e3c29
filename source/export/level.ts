/**
How hard contents are deflated where nobody says, from 0 (not at all) to 9. Measured: on text of some size 5 takes a third less time than 6, for a hundredth more bytes; 4 takes half, for four hundredths more.
*/
export const defaultLevel = 5;
