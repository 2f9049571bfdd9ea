"""Messages of public types, what they are, and what protobuf and blackboxprotobuf make of them.

    generate.py OUT [--seed N] [--messages N] [--package NAME]...
    generate.py --check

Writes into the folder OUT:

types.fds       the types, as a descriptor set with everything that they import
messages.ndjson one object a line: `type`, `hex` (the message), `json`, `values`

`json` is protobuf's own JSON as four texts: as it is, with the names of the schema, with defaults, with both.

`values` has an entry for every value of the message that is not empty, in the order of the bytes, values inside values
after them: `[start, end, kind, path, other, any]`. `start..end` are the bytes of the value itself; `kind` is what the descriptor
says (`message`, `text`, `bytes`, `packed`, `integer`, `real`), `path` the field numbers from the message down, `other` what
blackboxprotobuf says, `any` whether it stands in an `Any`. A `bytes` field whose content is printable text or a message is marked `bytes-text` and
`bytes-message`: nothing can tell from the bytes. The content of an `Any` is a message.

The same seed gives the same bytes. `--check` only looks for what is needed. Ends with the exit code 3 and a reason if the packages are not those of
`requirements.txt`.
"""

import argparse
import importlib
import importlib.metadata
import json
import pathlib
import pkgutil
import sys


def check_versions():
    """The packages as they are pinned: with others the bytes would differ."""
    for line in (pathlib.Path(__file__).parent / "requirements.txt").read_text().splitlines():
        name, _, version = line.partition("==")
        if not version:
            continue
        try:
            found = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found = "none"
        if found != version:
            print(f"needs {name} {version}, has {found}", file=sys.stderr)
            sys.exit(3)


check_versions()
if sys.argv[1:] == ["--check"]:
    sys.exit(0)

from google.protobuf import descriptor_pb2, json_format  # noqa: E402

from messages import Generator  # noqa: E402
from truth import values_of  # noqa: E402

PACKAGES = [
    "google.api",
    "google.rpc",
    "google.type",
    "google.logging",
    "google.longrunning",
    "google.protobuf",
    "grpc_channelz",
    "grpc_health",
    "grpc_reflection",
    "opentelemetry.proto",
]


def modules(packages):
    """The generated modules in the packages, in the order of their names."""
    for package in packages:
        found = pkgutil.walk_packages(importlib.import_module(package).__path__, package + ".")
        for name in sorted(module.name for module in found):
            # Services need grpc's own code; their messages do not.
            if name.endswith("_pb2"):
                yield importlib.import_module(name)


def nested(descriptor):
    """The type and the types declared in it, without the entries of maps."""
    if not descriptor.GetOptions().map_entry:
        yield descriptor
        for inside in descriptor.nested_types:
            yield from nested(inside)


def with_imports(files):
    """The files, each after what it imports."""
    seen = {}

    def add(file):
        if file.name not in seen:
            for imported in file.dependencies:
                add(imported)
            seen[file.name] = file

    for file in files:
        add(file)
    return list(seen.values())


def text_of(message, defaults, names):
    return json_format.MessageToJson(
        message, indent=None, always_print_fields_with_no_presence=defaults, preserving_proto_field_name=names
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--messages", type=int, default=20, help="of each type")
    parser.add_argument("--package", action="append", help="in place of the public ones")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)

    files = with_imports([module.DESCRIPTOR for module in modules(arguments.package or PACKAGES)])
    descriptors = descriptor_pb2.FileDescriptorSet()
    for file in files:
        file.CopyToProto(descriptors.file.add())
    (arguments.out / "types.fds").write_bytes(descriptors.SerializeToString(deterministic=True))

    types = [inside for file in files for top in file.message_types_by_name.values() for inside in nested(top)]
    types = [descriptor for descriptor in types if descriptor.fields]
    with open(arguments.out / "messages.ndjson", "w", encoding="ascii") as out:
        for descriptor in types:
            generator = Generator(arguments.seed, descriptor, types)
            for _ in range(arguments.messages):
                message = generator.message()
                payload = message.SerializeToString(deterministic=True)
                line = {
                    "type": descriptor.full_name,
                    "hex": payload.hex(),
                    "json": [text_of(message, defaults, names) for defaults in [0, 1] for names in [0, 1]],
                    "values": values_of(descriptor, payload, generator.wrapped),
                }
                out.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
