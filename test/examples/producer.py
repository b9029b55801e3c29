#!/usr/bin/env python3
"""Writes outputs into a session, with nothing but the layout on disk and flock.

    producer.py OUTPUTS [SESSION]

OUTPUTS is the outputs directory, SESSION the id of a session that is there;
without it a new one is made, and its id is printed first. Each output is
printed with its path within the session. It needs Python 3.9 or newer and
nothing else.
"""

import contextlib
import fcntl
import os
import sys
import uuid


def make_session(outputs):
    """Makes a session: a directory with a lower-case UUID for a name, with `single` and `bulk` in it.

    No marker is needed; sojourn writes one when the session is first resumed.
    """
    session = str(uuid.uuid4())
    os.mkdir(os.path.join(outputs, session), 0o700)
    for part in ('single', 'bulk'):
        os.mkdir(os.path.join(outputs, session, part), 0o700)
    return session


@contextlib.contextmanager
def held(directory):
    """Holds a session: while it is, no sweep removes it. The lock ends with the process, however that dies."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        # What was locked may have been on its way out.
        if not os.path.samestat(os.fstat(descriptor), os.lstat(directory)):
            raise FileNotFoundError(f'the session {directory} is gone')
        yield
    finally:
        os.close(descriptor)


def names(name):
    """`a.png`, `a (2).png`, `a (3).png`…"""
    stem, extension = os.path.splitext(name)
    yield name
    number = 2
    while True:
        yield f'{stem} ({number}){extension}'
        number += 1


def add(folder, name, blocks):
    """Writes a file that appears whole or not at all, and never in the place of another. Returns its path."""
    os.makedirs(folder, 0o700, exist_ok=True)
    # sojourn shows no file of such a name, so nobody takes it for an output.
    temporary = os.path.join(folder, f'.sojourn-{os.urandom(8).hex()}.part')
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, 'wb') as file:
            for block in blocks:
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        for candidate in names(name):
            place = os.path.join(folder, candidate)
            with contextlib.suppress(FileExistsError):
                os.link(temporary, place)
                return place
    finally:
        os.unlink(temporary)


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit('usage: producer.py OUTPUTS [SESSION]')
    outputs = sys.argv[1]
    session = sys.argv[2] if len(sys.argv) == 3 else make_session(outputs)
    print(session, flush=True)
    directory = os.path.join(outputs, session)
    with held(directory):
        batch = os.path.join(directory, 'bulk', 'squares')
        made = [add(os.path.join(directory, 'single'), 'report.txt', [b'all squares were made\n'])]
        for number in range(1, 4):
            made.append(add(batch, f'{number}.csv', (f'{n},{n * n}\n'.encode() for n in range(number * 10))))
        for place in made:
            print(os.path.relpath(place, directory), flush=True)
        # What comes next may be silent for as long as it likes.
        if not sys.stdin.isatty():
            sys.stdin.read()


if __name__ == '__main__':
    main()
