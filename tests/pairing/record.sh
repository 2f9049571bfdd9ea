#!/usr/bin/env bash
# Records the captures of this folder: needs root, tcpdump, zstd, python3 and the PyPI packages pymodbus and msgpack.
set -euo pipefail
cd "$(dirname "$0")"
port=9200

# Records all, or only what NAME matches (a pattern of the shell).
wanted=${1:-*}

record() { # NAME COMMAND…, in which PORT stands for the port and TRUTH for the file of truths
    local name=$1 capture; shift
    port=$((port + 1))
    [[ $name == $wanted ]] || return 0
    capture=$(mktemp)
    tcpdump -i lo -B 16384 -s 0 --immediate-mode -w "$capture" "tcp port $port" 2>/dev/null &
    local recorder=$!
    sleep 1
    local words=("${@/PORT/$port}")
    python3 "${words[@]/TRUTH/$name.json}"
    sleep 1
    kill "$recorder" && wait "$recorder" || true
    zstd -19 -q -f "$capture" -o "$name.pcap.zst"
    rm "$capture"
}

for depth in 1 8 64; do
    for kind in echo three counter silent; do
        record "$kind-$depth" multiplexed.py "$kind" "$depth" 1000 PORT TRUTH
    done
done
for depth in 1 8; do
    record "modbus-$depth" modbus.py "$depth" 1000 PORT TRUTH
done
record modbus-64 modbus.py 64 1000 PORT TRUTH 50
for form in json msgpack; do
    record "$form-64" jsonrpc.py "$form" 64 1000 PORT
done
for depth in 8 64; do
    for kind in seen pushes; do
        record "$kind-$depth" multiplexed.py "$kind" "$depth" 1000 PORT TRUTH
    done
done
