"""
Exchanges directories and links to the outside, as fast as the system can: the attacker of race.ts.

    python3 attacker.py SHARED

SHARED is a file of 16 bytes that both sides have in memory: the number of exchanges made so far, and whether to stop. A job is a line of JSON on the standard input:

    {"folders": [FOLDER…], "pairs": [[NAME, NAME]…], "trash": FOLDER, "links": [NAME…]}

Each folder is opened before anything else, and the two names of every pair are exchanged in it, through its descriptor: that works wherever the folder is moved to. With "trash" nothing is held open: the pairs are exchanged by path, in the folders and, wherever the tree may be by then, in whatever lies in the trash; and what lies in the trash is exchanged with the links there.

"ready" is written when exchanges are being made, and "done" when the attacker has stopped.
"""
import ctypes
import json
import mmap
import os
import sys
import time

AT_FDCWD = -100
RENAME_EXCHANGE = 2

rename = ctypes.CDLL(None, use_errno=True).renameat2
rename.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint]

with open(sys.argv[1], 'r+b') as file:
    memory = mmap.mmap(file.fileno(), 16)
state = (ctypes.c_uint64 * 2).from_buffer(memory)


def exchange(at, first, second):
    if rename(at, first, at, second, RENAME_EXCHANGE) == 0:
        state[0] += 1
        return True
    return False


def ready_once():
    """Tells once that exchanges are being made; gives up on a tree where none can be."""
    given_up = time.monotonic() + 5
    while True:
        if state[0] >= 10:
            print('ready', flush=True)
            break
        if time.monotonic() > given_up:
            print('stuck', flush=True)
            break
        yield
    while True:
        yield


def by_descriptor(folders, pairs):
    opened = [os.open(folder, os.O_RDONLY | os.O_DIRECTORY) for folder in folders]
    calls = [(at, first, second) for at in opened for first, second in pairs]
    ready = ready_once()
    try:
        while not state[1]:
            for at, first, second in calls:
                exchange(at, first, second)
            next(ready)
    finally:
        for at in opened:
            os.close(at)


def by_path(folders, pairs, trash, links):
    ready = ready_once()
    while not state[1]:
        try:
            found = [entry for entry in os.listdir(trash) if entry not in links]
        except OSError:
            found = []
        places = [*folders, *(f'{trash}/{entry}{below}'.encode() for entry in found for below in ('', '/single', '/bulk', '/bulk/deep'))]
        calls = [(place + b'/' + first, place + b'/' + second) for place in places for first, second in pairs]
        tops = [(f'{trash}/{entry}'.encode(), f'{trash}/{links[number % len(links)]}'.encode()) for number, entry in enumerate(found)]
        for _ in range(4):
            for first, second in calls:
                exchange(AT_FDCWD, first, second)
            for first, second in tops:
                exchange(AT_FDCWD, first, second)
        next(ready)


for line in sys.stdin:
    job = json.loads(line)
    folders = [folder.encode() for folder in job['folders']]
    pairs = [(first.encode(), second.encode()) for first, second in job['pairs']]
    state[0] = 0
    state[1] = 0
    if 'trash' in job:
        by_path(folders, pairs, job['trash'], job['links'])
    else:
        by_descriptor(folders, pairs)
    print('done', flush=True)
