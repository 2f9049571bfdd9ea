"""pymodbus as a server of Modbus/TCP, and a client that keeps some transactions waiting on one connection.

    python3 modbus.py DEPTH REQUESTS PORT TRUTH [DELAY_MS]

Requests are of several functions and counts. pymodbus answers one after the other, so TRUTH gets the numbers from 0.

With DELAY_MS the client is so far away from pymodbus, by relay.py, and PORT is on the client's side of the way: nearer,
no more than 22 requests can wait, as pymodbus reads one request of what came together and drops what is more than that.
It leaves some until it reads again, so a few more are sent at the end, of which the last stay without an answer.
"""

import asyncio
import json
import random
import struct
import sys

from pymodbus.datastore import ModbusDeviceContext, ModbusSequentialDataBlock, ModbusServerContext
from pymodbus.server import ServerAsyncStop, StartAsyncTcpServer

DEPTH, REQUESTS, PORT, TRUTH = *map(int, sys.argv[1:4]), sys.argv[4]
DELAY = sys.argv[5:]
SERVER = PORT + 1000 if DELAY else PORT
KINDS = random.Random(5)


async def main():
    block = ModbusSequentialDataBlock(1, [1] * 200)
    context = ModbusServerContext(devices=ModbusDeviceContext(hr=block, co=block), single=True)
    asyncio.create_task(StartAsyncTcpServer(context, address=("127.0.0.1", SERVER)))
    if DELAY:
        relay = await asyncio.create_subprocess_exec(sys.executable, "relay.py", str(PORT), str(SERVER), *DELAY)
    await asyncio.sleep(1)
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    waiting = asyncio.Semaphore(DEPTH)

    async def receive():
        for _ in range(REQUESTS):
            _, _, length, _ = struct.unpack(">HHHB", await reader.readexactly(7))
            await reader.readexactly(length - 1)
            waiting.release()

    receiver = asyncio.create_task(receive())
    request = 0
    while not receiver.done():
        if request < REQUESTS:
            await waiting.acquire()
        else:
            await asyncio.sleep(0.005)
        function, count = KINDS.choice([(3, 1), (3, 2), (3, 5), (1, 8), (1, 24)])
        writer.write(struct.pack(">HHHBBHH", request + 1, 0, 6, 1, function, 0, count))
        await writer.drain()
        request += 1
    writer.close()
    await asyncio.sleep(0.1)
    if DELAY:
        relay.kill()
    await ServerAsyncStop()


asyncio.run(main())
with open(TRUTH, "w") as file:
    json.dump(list(range(REQUESTS)), file, separators=(",", ":"))
