#!/usr/bin/env bash
# Compiles the .proto files beside it with protoc 35.1, of the Python package grpcio-tools 1.85.1.
set -euo pipefail
cd "$(dirname "$0")"
python=$(mktemp -d)
trap 'rm -r "$python"' EXIT
python3 -m venv "$python"
"$python/bin/pip" install -q grpcio-tools==1.85.1
for edition in 2023 2024; do
    "$python/bin/python" -m grpc_tools.protoc -I . --descriptor_set_out="$edition.fds" "$edition.proto"
done
