"""What is said in each capture. Every function runs one server, records, and talks to it as its users do."""

import http.server
import json
import os
import pathlib
import shutil
import socket
import subprocess
import threading
import time

from record import capture, folder, is_listening, server, wait_until

ROWS = [
    ("anvil", 3, 49.95),
    ("rope", 12, 8.5),
    ("magnet, large", 1, 129.0),
    ("spring", 40, 0.75),
    ("rocket skates", 2, 349.0),
]


def mysql(name):
    import pymysql

    with folder() as at:
        data = f"{at}/data"
        subprocess.run(
            ["mariadb-install-db", f"--datadir={data}", "--auth-root-authentication-method=normal", "--user=mysql"],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        command = [
            "mariadbd",
            "--no-defaults",
            f"--datadir={data}",
            "--user=mysql",
            "--port=3306",
            "--bind-address=127.0.0.1",
            f"--socket={at}/socket",
            f"--pid-file={at}/pid",
        ]
        with server(command, 3306), capture(name, 3306):
            connection = pymysql.connect(host="127.0.0.1", user="root", ssl_disabled=True)
            cursor = connection.cursor()
            cursor.execute("CREATE DATABASE shop")
            cursor.execute("USE shop")
            cursor.execute("CREATE TABLE goods (id INT PRIMARY KEY AUTO_INCREMENT, name TEXT, stock INT, price DOUBLE)")
            for row in ROWS * 3:
                cursor.execute("INSERT INTO goods (name, stock, price) VALUES (%s, %s, %s)", row)
            for most in range(1, 20):
                cursor.execute("SELECT id, name, stock, price FROM goods WHERE stock < %s ORDER BY id", (most,))
            connection.ping()
            try:
                cursor.execute("SELECT * FROM nowhere")
            except pymysql.Error:
                pass
            connection.commit()
            connection.close()


def postgres(name):
    import psycopg2

    with folder() as at:
        data, bin_of = f"{at}/data", "/usr/lib/postgresql/15/bin"
        os.mkdir(data)
        shutil.chown(data, "postgres", "postgres")
        subprocess.run(
            ["runuser", "-u", "postgres", "--", f"{bin_of}/initdb", "-A", "trust", "-D", data],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        command = [
            "runuser",
            "-u",
            "postgres",
            "--",
            f"{bin_of}/postgres",
            "-D",
            data,
            "-p",
            "5432",
            "-k",
            at,
            "-c",
            "listen_addresses=127.0.0.1",
        ]
        with server(command, 5432), capture(name, 5432):
            options = {"sslmode": "disable", "gssencmode": "disable", "application_name": "shop"}
            connection = psycopg2.connect(host="127.0.0.1", user="postgres", dbname="postgres", **options)
            connection.autocommit = True
            cursor = connection.cursor()
            cursor.execute("CREATE TABLE goods (id SERIAL PRIMARY KEY, name TEXT, stock INT, price FLOAT8)")
            for row in ROWS * 3:
                cursor.execute("INSERT INTO goods (name, stock, price) VALUES (%s, %s, %s)", row)
            for most in range(1, 20):
                cursor.execute("SELECT id, name, stock, price FROM goods WHERE stock < %s ORDER BY id", (most,))
            try:
                cursor.execute("SELECT * FROM nowhere")
            except psycopg2.Error:
                pass
            connection.close()


def mqtt(name):
    import paho.mqtt.client as mqtt_client

    with server(["mosquitto", "-p", "1883"], 1883), capture(name, 1883):
        got = []
        clients = []
        for who in ("kitchen", "cellar"):
            client = mqtt_client.Client(mqtt_client.CallbackAPIVersion.VERSION2, client_id=who)
            client.on_message = lambda client, data, message: got.append(message.topic)
            client.connect("127.0.0.1", 1883)
            client.loop_start()
            client.subscribe("house/#", qos=1)
            clients.append(client)
        time.sleep(0.3)
        for step in range(20):
            for client, room in zip(clients, ("kitchen", "cellar")):
                value = {"celsius": 20 + step / 4, "humidity": 40 + step}
                client.publish(f"house/{room}/climate", json.dumps(value), qos=step % 2)
                client.publish(f"house/{room}/door", b"open" if step % 3 else b"shut")
            time.sleep(0.02)
        wait_until(lambda: len(got) >= 160)
        for client in clients:
            client.disconnect()
            client.loop_stop()


def modbus(name):
    import asyncio

    from pymodbus.client import ModbusTcpClient
    from pymodbus.datastore import ModbusDeviceContext, ModbusSequentialDataBlock, ModbusServerContext
    from pymodbus.server import StartAsyncTcpServer

    blocks = {kind: ModbusSequentialDataBlock(1, [(17 * at) % 5000 for at in range(200)]) for kind in ("hr", "ir")}
    bits = {kind: ModbusSequentialDataBlock(1, [at % 3 == 0 for at in range(200)]) for kind in ("di", "co")}
    context = ModbusServerContext(devices=ModbusDeviceContext(**blocks, **bits), single=True)
    threading.Thread(
        target=lambda: asyncio.run(StartAsyncTcpServer(context, address=("127.0.0.1", 5020))), daemon=True
    ).start()
    wait_until(lambda: is_listening(5020))
    with capture(name, 5020):
        client = ModbusTcpClient("127.0.0.1", port=5020)
        client.connect()
        for step in range(25):
            client.read_holding_registers(step, count=1 + step % 10)
            client.read_input_registers(2 * step, count=4)
            client.read_coils(step, count=16)
            client.write_register(step, 1000 + 37 * step)
            client.write_registers(50 + step, [step, 2 * step, 3 * step])
        client.close()


def s7(name):
    import snap7

    plc = snap7.server.Server()
    memory = bytearray((at * 7) % 256 for at in range(256))
    kinds = getattr(snap7, "SrvArea", None) or snap7.type.SrvArea
    plc.register_area(kinds.DB, 1, memory)
    plc.start(tcp_port=10102)
    wait_until(lambda: is_listening(10102))
    with capture(name, 10102):
        client = snap7.client.Client()
        client.connect("127.0.0.1", 0, 1, 10102)
        for step in range(25):
            client.db_read(1, step, 4 + step)
            client.db_write(1, 100 + step, bytearray([step, 255 - step]))
        client.disconnect()
    plc.stop()


def dns(name):
    import dns.message
    import dns.query

    records = [f"--host-record=host{at}.example.test,192.0.2.{at},2001:db8::{at:x}" for at in range(1, 20)]
    records += [
        "--mx-host=example.test,mail.example.test,10",
        "--txt-record=example.test,v=spf1 -all",
        "--cname=www.example.test,host1.example.test",
    ]
    command = [
        "dnsmasq",
        "-k",
        "--conf-file=/dev/null",
        "--port=5300",
        "--no-resolv",
        "--no-hosts",
        "--listen-address=127.0.0.1",
        "--bind-interfaces",
        "--local=/test/",
        *records,
    ]
    with server(command, 5300), capture(name, 5300):
        asked = [(f"host{at}.example.test", kind) for at in range(1, 22) for kind in ("A", "AAAA")]
        asked += [("example.test", "MX"), ("example.test", "TXT"), ("www.example.test", "A"), ("nowhere.test", "A")]
        with socket.create_connection(("127.0.0.1", 5300)) as connection:
            for which, kind in asked:
                dns.query.send_tcp(connection, dns.message.make_query(which, kind), 9e9)
                dns.query.receive_tcp(connection, 9e9)


def bgp(name):
    with folder() as at:
        for own, peer, ports in ((1, 2, (1790, 1791)), (2, 1, (1791, 1790))):
            routes = "\n".join(f"  route 198.51.{own * 10 + part}.0/24 blackhole;" for part in range(8))
            pathlib.Path(f"{at}/{own}.conf").write_text(f"""
router id 192.0.2.{own};
protocol device {{ }}
protocol static {{ ipv4; {routes} }}
protocol bgp {{
  local 127.0.0.{own} port {ports[0]} as 6500{own};
  neighbor 127.0.0.{peer} port {ports[1]} as 6500{peer};
  multihop; {"passive on;" if own == 1 else ""}
  connect delay time 1; hold time 9; keepalive time 1;
  ipv4 {{ import all; export filter {{ bgp_community.add((6500{own}, 42)); accept; }}; }};
}}
""")
        command = lambda own: [
            "bird",
            "-f",
            "-c",
            f"{at}/{own}.conf",
            "-s",
            f"{at}/{own}.socket",
            "-P",
            f"{at}/{own}.pid",
        ]
        with server(command(1), 1790), capture(name, 1790), server(command(2), 1791):
            time.sleep(14)


def mongodb(name):
    import mockupdb
    import pymongo

    peer = mockupdb.MockupDB(port=27117, auto_ismaster={"maxWireVersion": 17, "minWireVersion": 0})
    items = [{"_id": at, "name": row[0], "stock": row[1], "price": row[2]} for at, row in enumerate(ROWS)]
    peer.autoresponds(mockupdb.OpMsg({"insert": "goods"}), {"ok": 1, "n": 1})
    peer.autoresponds(
        mockupdb.OpMsg({"find": "goods"}), {"ok": 1, "cursor": {"id": 0, "ns": "shop.goods", "firstBatch": items}}
    )
    peer.run()
    with capture(name, 27117):
        client = pymongo.MongoClient("mongodb://127.0.0.1:27117")
        goods = client.shop.goods
        for at, row in enumerate(ROWS * 3):
            goods.insert_one({"_id": at, "name": row[0], "stock": row[1], "price": row[2]})
        for most in range(15):
            list(goods.find({"stock": {"$lt": most}}))
        client.close()
    peer.stop()


def memcached(name):
    import bmemcached

    with server(["memcached", "-u", "nobody", "-l", "127.0.0.1", "-p", "11211"], 11211), capture(name, 11211):
        client = bmemcached.Client(("127.0.0.1:11211",))
        for at in range(30):
            client.set(f"goods/{at}", f"{ROWS[at % 5][0]}: {at} in stock", time=3600)
        for at in range(40):
            client.get(f"goods/{at}")
        client.set("visits", "0")
        for at in range(10):
            client.incr("visits", at)
        client.delete("goods/3")
        client.disconnect_all()


def smb(name):
    from impacket.smbconnection import SMBConnection
    from impacket.smbserver import SimpleSMBServer

    with folder() as at:
        pathlib.Path(f"{at}/readme.txt").write_text("what is in this folder\n" * 20)
        peer = SimpleSMBServer(listenAddress="127.0.0.1", listenPort=4450)
        peer.addShare("GOODS", at, "goods")
        peer.setSMB2Support(True)
        peer.addCredential("guest", 0, "", "")
        threading.Thread(target=peer.start, daemon=True).start()
        wait_until(lambda: is_listening(4450))
        with capture(name, 4450):
            client = SMBConnection("SERVER", "127.0.0.1", sess_port=4450)
            client.login("guest", "")
            client.listPath("GOODS", "*")
            client.getFile("GOODS", "readme.txt", lambda part: None)
            for at in range(5):
                client.putFile(
                    "GOODS", f"list{at}.txt", lambda size, left=[b"anvil\nrope\n"]: left.pop() if left else b""
                )
                client.getFile("GOODS", f"list{at}.txt", lambda part: None)
            client.listPath("GOODS", "*")
            client.close()


THRIFT = """
struct Item { 1: string name, 2: i32 stock, 3: double price, 4: list<string> tags }
exception Unknown { 1: string why }
service Shop { Item find(1: i32 id) throws (1: Unknown unknown), list<Item> below(1: i32 stock), oneway void note(1: string what) }
"""


def thrift(name):
    import thriftpy2
    from thriftpy2.rpc import make_client, make_server
    from thriftpy2.transport import TFramedTransportFactory

    with folder() as at:
        pathlib.Path(f"{at}/shop.thrift").write_text(THRIFT)
        shop = thriftpy2.load(f"{at}/shop.thrift", module_name="shop_thrift")
    items = [shop.Item(name=row[0], stock=row[1], price=row[2], tags=["new"] * (row[1] % 3)) for row in ROWS]

    class Shop:
        def find(self, id):
            if id >= len(items):
                raise shop.Unknown(why=f"there is no item {id}")
            return items[id]

        def below(self, stock):
            return [item for item in items if item.stock < stock]

        def note(self, what):
            pass

    peer = make_server(shop.Shop, Shop(), "127.0.0.1", 9190, trans_factory=TFramedTransportFactory())
    threading.Thread(target=peer.serve, daemon=True).start()
    wait_until(lambda: is_listening(9190))
    with capture(name, 9190):
        client = make_client(shop.Shop, "127.0.0.1", 9190, trans_factory=TFramedTransportFactory())
        for at in range(20):
            try:
                client.find(at % 7)
            except shop.Unknown:
                pass
            client.below(3 * at)
            client.note(f"asked for {at}")
        client.close()


def grpc(name):
    import grpc as grpc_library
    from concurrent import futures

    def say(request, context):
        return b"\x0a" + bytes([len(request)]) + request + b"\x10\x2a"

    def count(request, context):
        for at in range(3):
            yield b"\x08" + bytes([at + 1])

    handlers = {
        "Say": grpc_library.unary_unary_rpc_method_handler(say),
        "Count": grpc_library.unary_stream_rpc_method_handler(count),
    }
    peer = grpc_library.server(futures.ThreadPoolExecutor(4))
    peer.add_generic_rpc_handlers((grpc_library.method_handlers_generic_handler("shop.Shop", handlers),))
    peer.add_insecure_port("127.0.0.1:50051")
    peer.start()
    with capture(name, 50051):
        with grpc_library.insecure_channel("127.0.0.1:50051") as channel:
            for at in range(15):
                channel.unary_unary("/shop.Shop/Say")(b"\x0a\x05hello\x10" + bytes([at]))
                list(channel.unary_stream("/shop.Shop/Count")(b"\x08\x03"))
    peer.stop(0)


def zerorpc(name):
    peer = pathlib.Path(__file__).with_name("zerorpc_peer.py")
    import sys

    with server([sys.executable, str(peer), "serve"], 4242), capture(name, 4242):
        subprocess.run([sys.executable, str(peer), "call"], check=True)


def tarantool(name):
    import tarantool as client_library

    with folder() as at:
        pathlib.Path(f"{at}/start.lua").write_text(f"""
box.cfg {{ listen = '127.0.0.1:3301', work_dir = '{at}', log = '{at}/log' }}
local goods = box.schema.space.create('goods')
goods:create_index('primary', {{ parts = {{ 1, 'unsigned' }} }})
box.schema.user.grant('guest', 'read,write,execute', 'universe')
function total(stock) return {{ stock = stock, all = goods:count() }} end
""")
        with server(["tarantool", f"{at}/start.lua"], 3301), capture(name, 3301):
            time.sleep(0.5)
            client = client_library.connect("127.0.0.1", 3301)
            for number, row in enumerate(ROWS * 4):
                client.insert("goods", (number, *row))
            for number in range(20):
                client.select("goods", number)
            for number in range(5):
                client.call("total", number)
            client.ping()
            client.close()


def zabbix_json(name):
    """The proxy, and the values that programs send to it."""
    with folder() as at:
        config = pathlib.Path(f"{at}/proxy.conf")
        config.write_text(
            f"Server=127.0.0.9\nProxyMode=1\nHostname=proxy\nListenIP=127.0.0.1\nListenPort=10051\nDBName={at}/proxy.db\nLogFile={at}/log\nPidFile={at}/pid\nSocketDir={at}\nAllowRoot=1\n"
        )
        with server(["zabbix_proxy", "-f", "-c", str(config)], 10051), capture(name, 10051):
            for step in range(20):
                values = "".join(
                    f"web{host} load[{kind}] {step * 0.25 + host}\n" for host in (1, 2) for kind in ("avg1", "avg5")
                )
                subprocess.run(
                    ["zabbix_sender", "-z", "127.0.0.1", "-i", "-"], input=values, text=True, stdout=subprocess.DEVNULL
                )


def zabbix_text(name):
    """The agent, and what is asked of it."""
    keys = [
        "agent.ping",
        "agent.version",
        "system.uname",
        "system.hostname",
        "vm.memory.size[total]",
        "system.cpu.load[all,avg1]",
        "vfs.fs.size[/,total]",
        "net.if.in[lo]",
        "system.sw.arch",
        "proc.num[]",
        "kernel.maxfiles",
        "no.such.key",
    ]
    with folder() as at:
        config = pathlib.Path(f"{at}/agent.conf")
        config.write_text(
            f"Server=127.0.0.1\nListenIP=127.0.0.1\nListenPort=10050\nLogFile={at}/log\nPidFile={at}/pid\nAllowRoot=1\n"
        )
        with server(["zabbix_agentd", "-f", "-c", str(config)], 10050), capture(name, 10050):
            for key in keys * 3:
                subprocess.run(["zabbix_get", "-s", "127.0.0.1", "-p", "10050", "-k", key], stdout=subprocess.DEVNULL)


def ola(name):
    """The lighting server and its tools: protobuf behind a word that holds version and length."""
    with folder() as at:
        command = ["runuser", "-u", "nobody", "--", "olad", "--no-http", "-c", f"{at}/config"]
        with server(command, 9010), capture(name, 9010):
            time.sleep(1)
            for universe in range(1, 4):
                for tool in (
                    ["ola_plugin_info"],
                    ["ola_dev_info"],
                    ["ola_patch", "-d", "1", "-p", "0", "-u", str(universe)],
                ):
                    subprocess.run(tool, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=10)
                subprocess.run(["ola_uni_name", "-u", str(universe), "-n", f"stage {universe}"], timeout=10)
                for step in range(4):
                    subprocess.run(["ola_set_dmx", "-u", str(universe), "-d", f"{step},100,255"], timeout=10)
                subprocess.run(["ola_uni_info"], stdout=subprocess.DEVNULL, timeout=10)


def powerdns(name):
    """The resolver, which reports every question and answer as protobuf to a collector."""
    import dns.message
    import dns.query

    collector = socket.create_server(("127.0.0.1", 4243))

    def collect():
        while True:
            connection, _ = collector.accept()
            threading.Thread(
                target=lambda: [None for _ in iter(lambda: connection.recv(65536), b"")], daemon=True
            ).start()

    threading.Thread(target=collect, daemon=True).start()
    with folder() as at:
        zone = (
            "$ORIGIN example.test.\n$TTL 300\n@ SOA ns. admin. 1 1 1 1 1\n@ NS ns.example.test.\n"
            + "".join(f"host{at} A 192.0.2.{at}\nhost{at} AAAA 2001:db8::{at}\n" for at in range(1, 20))
            + "www CNAME host1\n"
        )
        pathlib.Path(f"{at}/zone").write_text(zone)
        pathlib.Path(f"{at}/settings.lua").write_text(
            'protobufServer("127.0.0.1:4243", { logQueries = true, logResponses = true })\n'
        )
        command = [
            "pdns_recursor",
            "--config-dir=" + at,
            "--local-address=127.0.0.1",
            "--local-port=5301",
            f"--socket-dir={at}",
            f"--auth-zones=example.test={at}/zone",
            f"--lua-config-file={at}/settings.lua",
            "--disable-syslog",
            "--threads=1",
            "--hint-file=no",
            "--security-poll-suffix=",
        ]
        with capture(name, 4243), server(command, 5301):
            for at in range(1, 30):
                for kind in ("A", "AAAA"):
                    asked = dns.message.make_query(
                        f"host{at % 21}.example.test" if at % 5 else "www.example.test", kind
                    )
                    dns.query.udp(asked, "127.0.0.1", port=5301, timeout=5)
            time.sleep(1)


ALL = {
    each.__name__: each
    for each in (
        mysql,
        postgres,
        mqtt,
        modbus,
        s7,
        dns,
        bgp,
        mongodb,
        memcached,
        smb,
        thrift,
        grpc,
        zerorpc,
        tarantool,
        zabbix_json,
        zabbix_text,
        ola,
        powerdns,
    )
}
