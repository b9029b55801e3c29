"""
Writes into a session until standard input ends.

    concurrency-producer.py SESSION SINCE

Prints a JSON line for each file that is whole: its path and hash. The last line
tells the longest time, in seconds, in which nothing was written, counted from
SINCE (of the monotonic clock), and the moment when the last file was whole.
"""
import hashlib
import json
import os
import select
import sys
import time

session, last = sys.argv[1], float(sys.argv[2])
gap = 0.0
count = 0


def write(place, content, by_rename):
    os.makedirs(os.path.dirname(place), exist_ok=True)
    unfinished = place + '.unfinished' if by_rename else place
    with open(unfinished, 'wb') as file:
        for start in range(0, len(content), 4096):
            file.write(content[start:start + 4096])
            file.flush()
    if by_rename:
        os.rename(unfinished, place)


# What paces the writing is also what ends it.
while not select.select([sys.stdin], [], [], 0.05)[0]:
    count += 1
    inner = f'single/{count}.bin' if count % 3 else f'bulk/batch {count % 7}/deep/{count}.bin'
    content = os.urandom(count * 977 % 30000)
    write(os.path.join(session, inner), content, count % 2 == 0)
    now = time.monotonic()
    gap = max(gap, now - last)
    last = now
    print(json.dumps({'path': inner, 'hash': hashlib.sha256(content).hexdigest()}), flush=True)

print(json.dumps({'gap': max(gap, time.monotonic() - last)}), flush=True)
