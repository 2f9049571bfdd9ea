"""A server that works on many calls of JSON-RPC 2.0 at once, a client that keeps some waiting, and what both tell unasked.

    python3 jsonrpc.py FORM DEPTH REQUESTS PORT

A frame is a u32be length and a message as FORM says: json or msgpack. Calls with odd ids are answered late, those with even
ids early. Both sides send notifications, which have no id, at random. Ids are the truth, so no file is written.
"""

import asyncio
import json
import random
import struct
import sys

import msgpack

from waiting import ask

FORM, DEPTH, REQUESTS, PORT = sys.argv[1], *map(int, sys.argv[2:5])
pack = {"json": lambda message: json.dumps(message).encode(), "msgpack": msgpack.packb}[FORM]
unpack = {"json": json.loads, "msgpack": msgpack.unpackb}[FORM]
CHANCE = random.Random(11)


def send(writer, message):
    content = pack({"jsonrpc": "2.0", **message})
    writer.write(struct.pack(">I", len(content)) + content)


async def receive(reader):
    (length,) = struct.unpack(">I", await reader.readexactly(4))
    return unpack(await reader.readexactly(length))


async def answer(writer, call):
    await asyncio.sleep(0.05 if call["id"] % 2 else 0.005)
    if CHANCE.random() < 0.2:
        send(writer, {"method": "progress", "params": {"value": CHANCE.randrange(100)}})
    if CHANCE.random() < 0.1:
        send(writer, {"id": call["id"], "error": {"code": -32000, "message": "no luck"}})
    else:
        send(writer, {"id": call["id"], "result": sum(call["params"])})


async def serve(reader, writer):
    tasks = []
    try:
        while True:
            message = await receive(reader)
            if "id" in message:
                tasks.append(asyncio.create_task(answer(writer, message)))
    except asyncio.IncompleteReadError:
        writer.close()


def call(writer, index):
    if CHANCE.random() < 0.1:
        send(writer, {"method": "log", "params": [index]})
    send(writer, {"id": index + 1, "method": "add", "params": [CHANCE.randrange(1000), CHANCE.randrange(1000)]})


async def take(reader):
    return "id" in await receive(reader)


asyncio.run(ask(PORT, DEPTH, REQUESTS, serve, call, take))
