"""A way that takes a while, for Modbus/TCP: each frame that comes on PORT goes on to TO later, and back, in order.

    python3 relay.py PORT TO DELAY_MS

Frames go on at least three milliseconds apart, as pymodbus drops what it has read when it is more than 22 requests.
"""

import asyncio
import sys

PORT, TO, DELAY = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) / 1000


async def frame(reader):
    try:
        header = await reader.readexactly(6)
        return header + await reader.readexactly(int.from_bytes(header[4:6], "big"))
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""


async def go_on(queue, writer):
    while True:
        when, data = await queue.get()
        await asyncio.sleep(max(0, when - asyncio.get_running_loop().time()))
        if not data:
            return writer.close()
        writer.write(data)
        await writer.drain()
        await asyncio.sleep(0.003)


async def pump(reader, writer):
    queue = asyncio.Queue()
    task = asyncio.create_task(go_on(queue, writer))
    data = True
    while data:
        data = await frame(reader)
        queue.put_nowait((asyncio.get_running_loop().time() + DELAY, data))
    await task


async def serve(reader, writer):
    there, back = await asyncio.open_connection("127.0.0.1", TO)
    await asyncio.gather(pump(reader, back), pump(there, writer))


async def main():
    async with await asyncio.start_server(serve, "127.0.0.1", PORT) as server:
        await server.serve_forever()


asyncio.run(main())
