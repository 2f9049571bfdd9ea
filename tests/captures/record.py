"""Records the captures of this folder: real servers and clients on loopback, a few seconds each.

    python3 -m venv /tmp/captures && /tmp/captures/bin/pip install -r tests/captures/requirements.txt
    apt-get install mariadb-server postgresql mosquitto memcached bird2 dnsmasq tarantool \
        zabbix-proxy-sqlite3 zabbix-agent ola pdns-recursor tcpdump
    /tmp/captures/bin/python tests/captures/record.py [NAME...]

Needs root: servers change to their own users, and tcpdump captures. What is said is the same each time; ports of
clients, times and identifiers are not. `protocols.py` has a function for each protocol.
"""

import contextlib
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent


def wait_until(what, seconds=20):
    """Until `what()` is true."""
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            raise TimeoutError(str(what))
        time.sleep(0.05)


def is_listening(port):
    """Whether somebody listens on a port, found out without a connection that a capture would show."""
    rows = pathlib.Path("/proc/net/tcp").read_text() + pathlib.Path("/proc/net/tcp6").read_text()
    return any(f":{port:04X} " in row.split(":", 1)[-1] and " 0A " in row for row in rows.splitlines()[1:])


@contextlib.contextmanager
def server(command, port=None, **options):
    """Runs a server until the end of the block."""
    log = tempfile.TemporaryFile()
    process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, **options)
    try:
        if port:
            wait_until(lambda: is_listening(port))
        yield process
    except Exception:
        log.seek(0)
        print(log.read().decode(errors="replace")[-2000:], file=sys.stderr)
        raise
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


@contextlib.contextmanager
def capture(name, port):
    """Captures what goes to and from a port during the block."""
    path = HERE / f"{name}.pcap"
    command = [
        "tcpdump",
        "-i",
        "lo",
        "-U",
        "--immediate-mode",
        "-B",
        "16384",
        "-Z",
        "root",
        "-w",
        str(path),
        f"tcp port {port}",
    ]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    while "listening on" not in process.stderr.readline():
        pass
    try:
        yield
        time.sleep(0.5)
    finally:
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
        process.wait()
    if "\n0 packets dropped by kernel" not in said:
        raise RuntimeError(f"the capture is not whole: {said}")
    print(f"{name}: {path.stat().st_size} bytes")


def folder():
    """A folder that every user may use, for the time of a block."""
    made = tempfile.TemporaryDirectory(prefix="capture-")
    pathlib.Path(made.name).chmod(0o777)
    return made


if __name__ == "__main__":
    import protocols

    for name in sys.argv[1:] or protocols.ALL:
        protocols.ALL[name](name)
