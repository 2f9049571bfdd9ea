"""pymodbus as a server of Modbus/TCP, and a client that keeps some transactions waiting on one connection.

    python3 modbus.py DEPTH REQUESTS PORT TRUTH

Requests are of several functions and counts. pymodbus answers one after the other, so TRUTH gets the numbers from 0.
"""

import asyncio
import json
import random
import struct
import sys

from pymodbus.datastore import ModbusDeviceContext, ModbusSequentialDataBlock, ModbusServerContext
from pymodbus.server import ServerAsyncStop, StartAsyncTcpServer

DEPTH, REQUESTS, PORT, TRUTH = *map(int, sys.argv[1:4]), sys.argv[4]
KINDS = random.Random(5)


async def main():
    block = ModbusSequentialDataBlock(1, [1] * 200)
    context = ModbusServerContext(devices=ModbusDeviceContext(hr=block, co=block), single=True)
    asyncio.create_task(StartAsyncTcpServer(context, address=("127.0.0.1", PORT)))
    await asyncio.sleep(1)
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    waiting = asyncio.Semaphore(DEPTH)

    async def receive():
        for _ in range(REQUESTS):
            _, _, length, _ = struct.unpack(">HHHB", await reader.readexactly(7))
            await reader.readexactly(length - 1)
            waiting.release()

    receiver = asyncio.create_task(receive())
    for request in range(REQUESTS):
        await waiting.acquire()
        function, count = KINDS.choice([(3, 1), (3, 2), (3, 5), (1, 8), (1, 24)])
        writer.write(struct.pack(">HHHBBHH", request + 1, 0, 6, 1, function, 0, count))
        await writer.drain()
    await receiver
    writer.close()
    await asyncio.sleep(0.1)
    await ServerAsyncStop()


asyncio.run(main())
with open(TRUTH, "w") as file:
    json.dump(list(range(REQUESTS)), file, separators=(",", ":"))
