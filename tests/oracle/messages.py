"""Messages as programs write them: which fields, how many, and what stands in them.

A field has a style of its own (one holds UUIDs, another one sentences), drawn from the seed and its name; most of its
values follow it. Nothing here depends on the time, on hashes of strings or on the order of sets.
"""

import base64
import json
import random
import uuid
import zlib

from google.protobuf import descriptor_pool, message_factory
from google.protobuf.descriptor import FieldDescriptor as Field

DEPTH = 5
VALUES = 60

WORDS = """account active alpha api area backend batch billing blue bucket build cache camera channel client cloud cluster
config count customer data debug default device disk door engine error event failed filter flow game gateway green group
handler host http id image index instance item job kernel key label lane level light limit local log lobby main map member
metric mode model name network node null order owner page path payment peer player policy port primary probe process
project proxy query queue quota rank read red region reply request reset resource retry role root route rule running
sample scan score server service session shard ship signal source stage state status storage stream super system table
tag target task team test thread time token total trace train type unit update user value version view wait web weight
worker write zone""".split()
SCRIPTS = [
    "Grüße aus Köln",
    "São Paulo",
    "Привет, мир",
    "Сервер не отвечает",
    "日本語のテキスト",
    "接続できませんでした",
    "서울특별시",
    "مرحبا بالعالم",
    "שלום עולם",
    "नमस्ते दुनिया",
    "Ελληνικά",
    "naïve café",
    "tiếng Việt",
    "🚀 launched",
    "ภาษาไทย",
]


class Generator:
    """Messages of one type."""

    def __init__(self, seed, descriptor, types):
        self.seed = seed
        self.descriptor = descriptor
        self.random = random.Random(f"{seed}/{descriptor.full_name}")
        # What an Any and a bytes field may hold.
        self.types = [one for one in types if one.file.package not in ("google.protobuf", "google.protobuf.compiler")]
        self.left = 0
        # Contents of bytes fields that are messages.
        self.wrapped = set()

    def message(self):
        self.left = VALUES
        return self.of(self.descriptor, 0)

    def of(self, descriptor, depth):
        message = message_factory.GetMessageClass(descriptor)()
        special = getattr(self, "_" + descriptor.full_name.removeprefix("google.protobuf.").lower(), None)
        if descriptor.file.package == "google.protobuf" and special:
            special(message, depth)
            return message
        presence = self.random.choice([0.35, 0.6, 0.85, 1.0])
        chosen = {self.random.choice(list(group.fields)).number for group in descriptor.oneofs}
        for field in descriptor.fields:
            is_choice = field.containing_oneof is not None and len(field.containing_oneof.fields) > 1
            if is_choice and field.number not in chosen:
                continue
            required = field.is_required
            if not required and (self.left <= 0 or self.random.random() > presence):
                continue
            self.set(message, field, depth)
        if descriptor.is_extendable and depth < DEPTH and self.random.random() < 0.5:
            self.extend(message, depth)
        return message

    def extend(self, message, depth):
        """Sets one of the extensions that the files define."""
        known = descriptor_pool.Default().FindAllExtensions(message.DESCRIPTOR)
        known = sorted((one for one in known if not one.is_repeated), key=lambda one: one.number)
        if not known:
            return
        extension = self.random.choice(known)
        if extension.message_type is not None:
            message.Extensions[extension].CopyFrom(self.of(extension.message_type, depth + 1))
        else:
            message.Extensions[extension] = self.scalar(extension)

    def set(self, message, field, depth):
        is_map = field.message_type is not None and field.message_type.GetOptions().map_entry
        if field.message_type is not None and not is_map and depth >= DEPTH:
            return
        if is_map:
            key, value = field.message_type.fields_by_name["key"], field.message_type.fields_by_name["value"]
            if value.message_type is not None and depth >= DEPTH:
                return
            target = getattr(message, field.name)
            for _ in range(self.random.randint(1, 4)):
                if value.message_type is not None:
                    target[self.scalar(key)].CopyFrom(self.of(value.message_type, depth + 1))
                else:
                    target[self.scalar(key)] = self.scalar(value)
        elif field.is_repeated:
            most = 3 if field.message_type is not None or field.type in (Field.TYPE_STRING, Field.TYPE_BYTES) else 12
            target = getattr(message, field.name)
            for _ in range(self.random.randint(1, most)):
                if field.message_type is not None:
                    target.add().CopyFrom(self.of(field.message_type, depth + 1))
                else:
                    target.append(self.scalar(field))
        elif field.message_type is not None:
            getattr(message, field.name).SetInParent()
            getattr(message, field.name).CopyFrom(self.of(field.message_type, depth + 1))
        else:
            setattr(message, field.name, self.scalar(field))

    # The well-known types have rules of their own.

    def _timestamp(self, message, _depth):
        message.seconds = self.random.randint(1_500_000_000, 1_800_000_000)
        message.nanos = self.random.choice([0, 0, 500_000_000, self.random.randint(1, 999_999_999)])

    def _duration(self, message, _depth):
        sign = self.random.choice([1, 1, 1, -1])
        message.seconds = sign * self.random.choice([0, 1, 30, 3600, self.random.randint(1, 10_000_000)])
        message.nanos = sign * self.random.choice([0, 0, 250_000_000, self.random.randint(1, 999_999_999)])

    def _fieldmask(self, message, _depth):
        for _ in range(self.random.randint(1, 4)):
            message.paths.append(".".join(self.words("_", 2) for _ in range(self.random.randint(1, 2))))

    def _any(self, message, depth):
        if depth >= DEPTH:
            return
        inside = self.of(self.random.choice(self.types), depth + 2)
        message.Pack(inside, deterministic=True)

    def _value(self, message, depth):
        kind = self.random.choice(["null", "number", "string", "bool", "struct", "list"])
        if kind in ("struct", "list") and depth >= DEPTH:
            kind = "number"
        if kind == "null":
            message.null_value = 0
        elif kind == "number":
            message.number_value = self.real()
        elif kind == "string":
            message.string_value = self.text("word")
        elif kind == "bool":
            message.bool_value = self.random.random() < 0.5
        elif kind == "struct":
            message.struct_value.CopyFrom(self.of(message.struct_value.DESCRIPTOR, depth + 1))
        else:
            message.list_value.CopyFrom(self.of(message.list_value.DESCRIPTOR, depth + 1))

    def _struct(self, message, depth):
        for _ in range(self.random.randint(1, 3)):
            self._value(message.fields[self.words("_", 2)], depth + 1)

    def _listvalue(self, message, depth):
        for _ in range(self.random.randint(1, 3)):
            self._value(message.values.add(), depth + 1)

    # Scalars.

    def style(self, field, styles):
        of_field = random.Random(f"{self.seed}/{field.full_name}").choice(styles)
        return of_field if self.random.random() < 0.8 else self.random.choice(styles)

    def scalar(self, field):
        self.left -= 1
        kind = field.type
        if kind == Field.TYPE_STRING:
            return self.text(self.style(field, TEXT_STYLES))
        if kind == Field.TYPE_BYTES:
            return self.opaque(self.style(field, BYTES_STYLES))
        if kind == Field.TYPE_BOOL:
            return self.random.random() < 0.6
        if kind == Field.TYPE_ENUM:
            numbers = [value.number for value in field.enum_type.values]
            # Newer programs know more values; the enums of proto2 would not take them.
            is_new = not field.enum_type.is_closed and self.random.random() < 0.05
            return max(numbers) + self.random.randint(1, 100) if is_new else self.random.choice(numbers)
        if kind in (Field.TYPE_FLOAT, Field.TYPE_DOUBLE):
            return self.real()
        bits = 64 if kind in SIXTY_FOUR else 32
        value = self.integer(self.style(field, INTEGER_STYLES), bits)
        return abs(value) if kind in UNSIGNED else value

    def integer(self, style, bits):
        most = 2 ** (bits - 1) - 1
        if style == "small":
            return self.random.randint(0, 20)
        if style == "count":
            return min(int(10 ** self.random.uniform(0, 5)), most)
        if style == "id":
            return self.random.randint(2 ** (bits - 8), most)
        if style == "time":
            seconds = self.random.randint(1_600_000_000, 1_790_000_000)
            return seconds * 1_000_000_000 + self.random.randint(0, 999_999_999) if bits == 64 else seconds
        return self.random.randint(-1000, 1000)

    def real(self):
        style = self.random.randint(0, 4)
        if style == 0:
            return self.random.randint(0, 1000) / 4
        if style == 1:
            return round(self.random.uniform(-90, 180), 6)
        if style == 2:
            return self.random.random()
        if style == 3:
            return float(self.random.randint(-10, 100_000))
        return self.random.lognormvariate(0, 8)

    def words(self, separator, most):
        return separator.join(self.random.choice(WORDS) for _ in range(self.random.randint(1, most)))

    def digits(self, count):
        return "".join(self.random.choice("0123456789") for _ in range(count))

    def raw(self, least, most):
        return self.random.randbytes(self.random.randint(least, most))

    def text(self, style):
        pick = self.random
        if style == "word":
            return self.words("", 1)
        if style == "name":
            return self.words(pick.choice(["_", "-", ".", "/"]), 4)
        if style == "camel":
            return "".join(word.capitalize() for word in self.words(" ", 3).split())
        if style == "upper":
            return self.words("_", 2).upper()
        if style == "sentence":
            return self.words(" ", 14).capitalize() + pick.choice([".", "", "!", "\n"])
        if style == "script":
            return pick.choice(SCRIPTS) + pick.choice(["", "", " " + self.digits(2), "\n" + pick.choice(SCRIPTS)])
        if style == "uuid":
            return str(uuid.UUID(bytes=self.raw(16, 16), version=4))
        if style == "url":
            return f"https://{self.words('.', 3)}.example.com/{self.words('/', 3)}?{self.words('=', 2)}"
        if style == "email":
            return f"{self.words('.', 2)}@example.org"
        if style == "number":
            return self.digits(pick.randint(1, 12))
        if style == "version":
            return ".".join(self.digits(pick.randint(1, 2)) for _ in range(3))
        if style == "address":
            return ".".join(str(pick.randint(0, 255)) for _ in range(4)) + pick.choice(["", ":" + self.digits(4)])
        if style == "date":
            return f"20{self.digits(2)}-{pick.randint(1, 12):02}-{pick.randint(1, 28):02}T{pick.randint(0, 23):02}:{self.digits(2)}:00Z"
        if style == "json":
            return json.dumps({self.words("_", 2): pick.choice([1, "on", None, [1, 2]])})
        if style == "hash":
            return self.raw(20, 20).hex()
        if style == "base64":
            return base64.b64encode(self.raw(8, 40)).decode("ascii")
        return pick.choice(["a", "ok", "en", "de-DE", "USD", "x1", "up", "GET", "int"])

    def opaque(self, style):
        if style == "digest":
            return self.raw(32, 32)
        if style == "id":
            return self.raw(16, 16)
        if style == "short":
            return self.raw(1, 8)
        if style == "address":
            network = self.random.choice([[10], [192, 168], [172, 16], [127, 0, 0], [203, 0, 113], [0x20, 1, 0xD, 0xB8]])
            length = 16 if network[0] == 0x20 else 4
            return bytes(network) + self.raw(length - len(network), length - len(network))
        if style == "compressed":
            return zlib.compress(self.words(" ", 14).encode("ascii"))
        if style == "text":
            return self.text("sentence").encode("utf-8")
        if style == "message":
            content = self.of(self.random.choice(self.types), DEPTH).SerializeToString(deterministic=True)
            self.wrapped.add(content)
            return content
        return self.raw(9, 80)


TEXT_STYLES = [
    "word", "name", "camel", "upper", "sentence", "script", "uuid", "url", "email", "number", "version", "address",
    "date", "json", "hash", "base64", "short",
]  # fmt: skip
BYTES_STYLES = ["digest", "id", "short", "address", "compressed", "random", "random", "random", "text", "message"]
INTEGER_STYLES = ["small", "small", "count", "id", "time", "signed"]
SIXTY_FOUR = {Field.TYPE_INT64, Field.TYPE_UINT64, Field.TYPE_SINT64, Field.TYPE_FIXED64, Field.TYPE_SFIXED64}
UNSIGNED = {Field.TYPE_UINT32, Field.TYPE_UINT64, Field.TYPE_FIXED32, Field.TYPE_FIXED64}
