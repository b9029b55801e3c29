import v8 from 'node:v8';

/*
Node 26.10's engine now and then goes wrong when it compiles a function anew whose bytecode it had thrown away to save memory: the inflater of @xterm/addon-unicode-graphemes then fails with "Data error" or never ends, in one of fifty starts. So it keeps its bytecode. To be imported before that.
*/
v8.setFlagsFromString('--no-flush-bytecode');
