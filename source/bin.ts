// This file is parsed by whatever Node is on the path, however old: nothing newer than ES5 here. The rest lies in start.cjs.
var needed = [22, 22];
var parts = process.versions.node.split('.');
var major = Number(parts[0]);
var minor = Number(parts[1]);

if (major < needed[0]! || (major === needed[0] && minor < needed[1]!)) {
	process.stderr.write('sojourn: this needs Node ' + needed.join('.') + ' or newer, and runs on ' + process.versions.node + ': install a newer Node, or put it first on your PATH\n');
	process.exit(2);
} else {
	require('./start.cjs');
}
