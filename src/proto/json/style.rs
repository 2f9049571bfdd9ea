//! What canonical JSON leaves to the writer (protobuf, "ProtoJSON Format", "JSON Options").

/// Options of canonical JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Write fields without presence that are not there with their default: zero, `false`, `""`, the
    /// first value of an enum, `[]`, `{}`. Messages, members of oneofs and `optional` fields are not
    /// written: their absence says something.
    pub defaults: bool,
    /// Name fields as the `.proto` file does instead of in lower camel case.
    pub proto_names: bool,
}
