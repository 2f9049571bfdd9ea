"""A server that works on many requests of one connection at once, and a client that keeps some waiting.

    python3 multiplexed.py KIND DEPTH REQUESTS PORT TRUTH

A frame is a u32be length of what follows, a u32be number and a payload with a token. KIND says what the number is:

- echo:    the client's number of the request, which the answer repeats
- three:   the same, and three answers to each request
- counter: each side counts its own frames
- silent:  always 0
- seen:    the client's number of the request; in answers that of the last request that the server saw, and the payload
           begins with field 2, which has that of the request
- pushes:  that of the request, and 0 in what the server sends unasked before some of the answers

Tokens of requests and answers have nothing in common that a reader could find. TRUTH gets, as a JSON array, for each
answer in the order of the stream the 0-based number of its request; null for what is no answer.
"""

import asyncio
import hashlib
import json
import random
import struct
import sys

from waiting import ask

KIND, DEPTH, REQUESTS, PORT, TRUTH = sys.argv[1], *map(int, sys.argv[2:5]), sys.argv[5]
EACH = 3 if KIND == "three" else 1
DELAYS = random.Random(7)
truth, taken = [], [0]


def frame(number, token, before=b""):
    payload = before + b"\x0a" + bytes([len(token)]) + token
    return struct.pack(">II", 4 + len(payload), number) + payload


def token(what, size):
    return hashlib.sha1(repr(what).encode()).digest()[:size]


async def answer(writer, number, request, count):
    for _ in range(EACH):
        await asyncio.sleep(DELAYS.choice([0.002, 0.005, 0.01, 0.02]))
        if KIND == "pushes" and DELAYS.random() < 0.25:
            truth.append(None)
            writer.write(frame(0, token(("push", len(truth)), 12)))
        count[0] += 1
        own = number
        number = {"counter": count[0], "silent": 0, "seen": count[1]}.get(KIND, number)
        truth.append(request)
        more = b"\x15" + struct.pack("<I", own) if KIND == "seen" else b""
        writer.write(frame(number, token(("answer", len(truth)), 12), more))
        await writer.drain()


async def serve(reader, writer):
    requests, count, tasks = 0, [0, 0], []
    try:
        while True:
            length, number = struct.unpack(">II", await reader.readexactly(8))
            await reader.readexactly(length - 4)
            count[1] = number
            tasks.append(asyncio.create_task(answer(writer, number, requests, count)))
            requests += 1
    except asyncio.IncompleteReadError:
        writer.close()


def send(writer, index):
    writer.write(frame(0 if KIND == "silent" else index + 1, token(("request", index), 6)))


async def take(reader):
    length, number = struct.unpack(">II", await reader.readexactly(8))
    await reader.readexactly(length - 4)
    if KIND == "pushes" and number == 0:
        return False
    taken[0] += 1
    return taken[0] % EACH == 0


asyncio.run(ask(PORT, DEPTH, REQUESTS, serve, send, take))
with open(TRUTH, "w") as file:
    json.dump(truth, file, separators=(",", ":"))
