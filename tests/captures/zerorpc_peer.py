"""A service over ZeroMQ and MessagePack, and somebody who calls it: `serve` or `call`. Each in a process of its own,
as zerorpc brings its own loop."""

import sys

import zerorpc

ROWS = [("anvil", 3, 49.95), ("rope", 12, 8.5), ("magnet, large", 1, 129.0)]


class Shop:
    def find(self, name):
        return [{"name": name, "stock": stock, "price": price} for known, stock, price in ROWS if known == name]

    def add(self, one, other):
        return one + other

    @zerorpc.stream
    def count(self, up_to):
        return iter(range(up_to))


if sys.argv[1] == "serve":
    peer = zerorpc.Server(Shop())
    peer.bind("tcp://127.0.0.1:4242")
    peer.run()
else:
    client = zerorpc.Client()
    client.connect("tcp://127.0.0.1:4242")
    for step in range(10):
        client.find(ROWS[step % 3][0])
        client.add(step, 1000 * step)
        list(client.count(step % 4))
    client.close()
