//! Layouts that have a name.

/// A layout with a name; [`Layout::parse`](super::Layout::parse) takes the name in place of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// Name of the preset, as users type it.
    pub name: &'static str,
    /// Text of the layout.
    pub text: &'static str,
    /// What uses the layout, in one line for lists.
    pub description: &'static str,
}

/// All presets, those of named protocols first.
pub const PRESETS: &[Preset] = &[
    Preset {
        name: "star-network",
        text: "len:u32le magic:efbeadde payload",
        description: "Star Network: little-endian length of the payload, then ef be ad de",
    },
    Preset {
        name: "steam",
        text: "len:u32le magic:56543031 payload",
        description: "Steam connection manager over TCP: little-endian length, then VT01",
    },
    Preset {
        name: "grpc-message",
        text: "flags:u8 len:u32be payload",
        description: "gRPC length-prefixed message: a compressed flag, then a big-endian length",
    },
    Preset {
        name: "riak",
        text: "len:u32be{rest} code:u8 payload",
        description: "Riak protocol buffers API: the length counts the message code too",
    },
    Preset {
        name: "mumble",
        text: "type:u16be len:u32be payload",
        description: "Mumble control channel: message type, then length, both big-endian",
    },
    Preset {
        name: "pulsar",
        text: "len:u32be{rest} inner:u32be payload tail",
        description: "Apache Pulsar: frame length, command length, command, then metadata and raw data",
    },
    Preset { name: "u32be", text: "len:u32be payload", description: "big-endian 32-bit length of the payload" },
    Preset { name: "u32le", text: "len:u32le payload", description: "little-endian 32-bit length of the payload" },
    Preset {
        name: "varint",
        text: "len:varint payload",
        description: "delimited protobuf: varint length of the payload",
    },
];

/// The preset that is called `name`.
#[must_use]
pub fn preset(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}

/// The preset whose name looks most like `name`, if one looks like it at all.
pub(super) fn nearest(name: &str) -> Option<&'static str> {
    let scored = PRESETS.iter().map(|preset| (strsim::jaro_winkler(name, preset.name), preset.name));
    let best = scored.max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(score, _)| *score >= 0.75).map(|(_, name)| name)
}
