#!/bin/sh
# Records the captures in this folder from real traffic on loopback: a service and two clients at once.
# Needs tcpdump and the right to capture (root, or CAP_NET_RAW). `./samples/record.sh` records all of them.
set -eu
cd "$(dirname "$0")/.."
cargo build --quiet --package xtask
diffusion() { target/debug/xtask diffusion "$@"; }

# wait_for FILE TEXT: until the text is in the file, five seconds at most.
wait_for() {
    for _ in $(seq 50); do
        if grep -q "$2" "$1"; then return; fi
        sleep 0.1
    done
    echo "no '$2' in $1:" >&2
    cat "$1" >&2
    return 1
}

# record FILE PORT SHAPE HEARTBEATS NAME NAME
record() {
    said=$(mktemp -d)
    : >"$said/tcpdump"
    : >"$said/service"
    tcpdump -i lo -U --immediate-mode -w "$said/capture" tcp port "$2" 2>"$said/tcpdump" &
    tcpdump=$!
    wait_for "$said/tcpdump" 'listening on'
    diffusion serve --port "$2" --shape "$3" --once 2 >"$said/service" &
    service=$!
    wait_for "$said/service" 'listening on'
    diffusion client --port "$2" --shape "$3" --heartbeats "$4" --interval-ms 300 --name "$5" &
    first=$!
    sleep 0.15
    diffusion client --port "$2" --shape "$3" --heartbeats "$4" --interval-ms 280 --name "$6"
    wait "$first" "$service"
    sleep 0.5
    kill -INT "$tcpdump"
    wait "$tcpdump"
    cat "$said/capture" >"samples/$1"
    rm -r "$said"
}

record star_network.pcap 8001 star 8 'Star Citizen Game Client' 'Star Citizen Game Client'
record kv.pcap 8087 riak-like 6 'north' 'south'
record telemetry.pcap 9100 delimited 8 'probe-1' 'probe-2'
