"""What the values of a message are, by its descriptor; and what blackboxprotobuf says of them."""

import blackboxprotobuf
from google.protobuf import any_pb2, descriptor_pool
from google.protobuf.descriptor import FieldDescriptor as Field

EXTENSIONS = descriptor_pool.Default()
REAL = {Field.TYPE_FLOAT, Field.TYPE_DOUBLE}


class Value:
    """A value that stands at `start..end`, with the values inside it if it is a message."""

    def __init__(self, number, start, end, kind, path):
        self.number, self.start, self.end, self.kind, self.path = number, start, end, kind, path
        self.inside = []
        self.in_any = False
        self.other = "not reached"


def values_of(descriptor, payload, wrapped):
    """The list for `messages.ndjson`: `[start, end, kind, path, other, any]` of all values that are not empty."""
    values = list(fields(descriptor, payload, 0, len(payload), "", wrapped))
    try:
        decoded, typedef = blackboxprotobuf.decode_message(payload)
        compare(values, payload, decoded, typedef)
    except blackboxprotobuf.exceptions.BlackboxProtobufException:
        # Then it says nothing of any of them.
        pass
    return [[v.start, v.end, v.kind, v.path, v.other, v.in_any] for v in flat(values) if v.start < v.end]


def flat(values):
    for value in values:
        yield value
        yield from flat(value.inside)


def varint(payload, at):
    value = shift = 0
    while True:
        value |= (payload[at] & 0x7F) << shift
        shift += 7
        at += 1
        if payload[at - 1] < 0x80:
            return value, at


def fields(descriptor, payload, at, end, path, wrapped):
    named = any_type(payload[at:end]) if descriptor.full_name == "google.protobuf.Any" else None
    while at < end:
        tag, at = varint(payload, at)
        number, wire_type = tag >> 3, tag & 7
        field = descriptor.fields_by_number.get(number) or EXTENSIONS.FindExtensionByNumber(descriptor, number)
        start = at
        if wire_type == 0:
            _, at = varint(payload, at)
        elif wire_type == 1:
            at += 8
        elif wire_type == 5:
            at += 4
        elif wire_type == 2:
            length, start = varint(payload, at)
            at = start + length
        else:
            raise ValueError(f"a group in {descriptor.full_name}")
        inside_path = f"{path}.{number}".removeprefix(".")
        value = Value(number, start, at, kind_of(field, wire_type, payload[start:at], named, wrapped), inside_path)
        if value.kind == "message":
            inside = field.message_type or named
            value.inside = list(fields(inside, payload, start, at, inside_path, wrapped))
            if field.message_type is None:
                for content in flat(value.inside):
                    content.in_any = True
        yield value


def any_type(content):
    name = any_pb2.Any.FromString(content).type_url.rpartition("/")[2]
    return descriptor_pool.Default().FindMessageTypeByName(name) if name else None


def kind_of(field, wire_type, content, named, wrapped):
    if field.message_type is not None:
        return "message"
    if field.type == Field.TYPE_STRING:
        return "text"
    if field.type == Field.TYPE_BYTES:
        if named is not None:
            return "message"
        if content in wrapped:
            return "bytes-message"
        return "bytes-text" if is_text(content) else "bytes"
    if wire_type == 2:
        return "packed"
    return "real" if field.type in REAL else "integer"


def is_text(content):
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return all(char.isprintable() or char in "\n\r\t" for char in text)


def compare(values, payload, decoded, typedef):
    """Writes into `other` of each value what blackboxprotobuf found it to be.

    Values of one number that it found to be of several kinds stand under several keys: `3`, `3-1`."""
    for number in {value.number for value in values}:
        same = [value for value in values if value.number == number]
        found = {}
        for key, content in decoded.items():
            own, _, alternative = key.partition("-")
            if own == str(number):
                definition = typedef[own]
                kind = definition["alt_typedefs"][alternative] if alternative else definition["type"]
                found[key] = (kind, content if isinstance(content, list) else [content], definition)
        for index, value in enumerate(same):
            judge(value, index, payload, found)


def judge(value, index, payload, found):
    content = payload[value.start : value.end]
    for kind, contents, definition in found.values():
        if isinstance(kind, dict) or kind == "message":
            typedef = kind if isinstance(kind, dict) else definition["message_typedef"]
            inside = contents[index] if len(contents) > index and len(found) == 1 else None
            if inside is None:
                inside, typedef = alone(content, contents)
            if inside is not None:
                value.other = "message"
                compare(value.inside, payload, inside, typedef)
                return
        elif kind == "string" and is_utf8(content) and content.decode("utf-8") in contents:
            value.other = "text"
            return
        elif kind in ("bytes", "bytes_hex") and content in contents:
            value.other = "bytes"
            return
        elif kind in NUMBERS:
            value.other = NUMBERS[kind]
            return


NUMBERS = {
    "int": "integer", "uint": "integer", "sint": "integer", "fixed32": "integer", "sfixed32": "integer",
    "fixed64": "integer", "sfixed64": "integer", "float": "real", "double": "real",
}  # fmt: skip


def alone(content, contents):
    """The content decoded by itself, if that is one of `contents`."""
    try:
        decoded, typedef = blackboxprotobuf.decode_message(content)
    except blackboxprotobuf.exceptions.BlackboxProtobufException:
        return None, None
    return (decoded, typedef) if decoded in contents else (None, None)


def is_utf8(content):
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
