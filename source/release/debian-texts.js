/** The texts of the Debian package. */
import process from 'node:process';

const maintainer = 'The developers of sojourn <maintainers@sojourn.invalid>';

/** The versions of the libraries are those of which the executable asks for symbols. `flock` is in util-linux, which every system has. */
const depends = 'libc6 (>= 2.28), libstdc++6 (>= 5.2), libgcc-s1, libatomic1';

/** @param {{version: string, architecture: string, kilobytes: number}} options */
export const control = ({version, architecture, kilobytes}) => `Package: sojourn
Version: ${version}
Architecture: ${architecture}
Maintainer: ${maintainer}
Installed-Size: ${kilobytes}
Depends: ${depends}
Section: utils
Priority: optional
Description: terminal explorer for the outputs of programs, session by session
 Programs that generate pictures, sounds, tables or reports write them into
 a session: a folder of one's own for one stay, which expires when nobody
 has used it for a day. sojourn shows what a session holds, exports it as
 files or as a ZIP, and removes what has expired, and nothing else.
 .
 A timer for systemd that sweeps for all users is part of the package, and
 has to be enabled: systemctl enable --now sojourn-sweep.timer
`;

export const copyright = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: sojourn
Comment: /usr/bin/sojourn contains Node.js ${process.version} (copyright Node.js
 contributors, MIT licence; with the licences of what is in it:
 https://github.com/nodejs/node/blob/${process.version}/LICENSE), and the
 packages that /usr/share/doc/sojourn/licences.txt lists with their licences.

Files: *
Copyright: 2026 the developers of sojourn
License: Expat

License: Expat
 Permission is hereby granted, free of charge, to any person obtaining a copy of
 this software and associated documentation files (the "Software"), to deal in
 the Software without restriction, including without limitation the rights to
 use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies
 of the Software, and to permit persons to whom the Software is furnished to do
 so, subject to the following conditions:
 .
 The above copyright notice and this permission notice shall be included in all
 copies or substantial portions of the Software.
 .
 THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
 IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
 FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
 AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
 LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
 OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
 SOFTWARE.
`;

/** Breaks a text into lines of at most 76 characters. */
const wrap = text => text.match(/\S.{0,75}(?= |$)/g);

/**
The changes in Debian's form.

@param {string} changes - CHANGELOG.md
@param {number} time - seconds since 1970
*/
export const changelog = (changes, version, time) => {
	const [, section = ''] = changes.split(`\n## ${version}`);
	const points = section.split('\n## ', 1)[0].split('\n').filter(line => line.startsWith('- ')).map(line => wrap(line.slice(2)));
	const date = new Date(time * 1000).toUTCString().replace('GMT', '+0000');
	return `sojourn (${version}) unstable; urgency=medium\n\n${points.map(lines => `  * ${lines.join('\n    ')}\n`).join('')}\n -- ${maintainer}  ${date}\n`;
};

const reload = `if [ -d /run/systemd/system ]; then
	systemctl --system daemon-reload || true
fi
`;

/** The maintainer scripts. What the sweep has written into its own log goes with a purge; outputs never do. */
export const scripts = {
	postinst: `#!/bin/sh
set -e
${reload}`,
	prerm: `#!/bin/sh
set -e
if [ "$1" = remove ] && command -v systemctl >/dev/null; then
	if [ -d /run/systemd/system ]; then
		systemctl stop sojourn-sweep.timer || true
	fi
	systemctl --quiet disable sojourn-sweep.timer || true
fi
`,
	postrm: `#!/bin/sh
set -e
if [ "$1" = purge ]; then
	rm -f /var/lib/systemd/timers/stamp-sojourn-sweep.timer /var/lib/sojourn/sojourn.log /var/lib/sojourn/sojourn.log.1
	rmdir --ignore-fail-on-non-empty /var/lib/sojourn 2>/dev/null || true
fi
${reload}`,
};
