"""A client that keeps some of its requests waiting on one connection to a server on this machine."""

import asyncio


async def ask(port, depth, requests, serve, send, take):
    """Sends requests to what `serve`s a connection on `port`, of which `depth` wait at most.

    `send(writer, index)` sends the request with a 0-based index; `take(reader)` reads what comes next, and says whether
    a request has all its answers with it.
    """
    server = await asyncio.start_server(serve, "127.0.0.1", port)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    waiting = asyncio.Semaphore(depth)

    async def take_all():
        done = 0
        while done < requests:
            if await take(reader):
                done += 1
                waiting.release()

    taker = asyncio.create_task(take_all())
    for index in range(requests):
        await waiting.acquire()
        send(writer, index)
        await writer.drain()
    await taker
    writer.close()
    await asyncio.sleep(0.1)
    server.close()
