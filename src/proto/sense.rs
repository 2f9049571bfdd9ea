//! What a value means beyond its shape.

mod form;

pub use form::told;

/// What a value means beyond its shape, as the values of its field elsewhere suggest, or as the user says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Sense {
    /// Nothing is known of the meaning.
    #[default]
    Plain,
    /// A number that is only ever 0 or 1.
    Bool,
    /// A number that is one of a few small ones.
    Enum,
    /// A number that grows from message to message.
    Counter,
    /// Unix time in seconds.
    Seconds,
    /// Unix time in milliseconds.
    Millis,
    /// Unix time in microseconds.
    Micros,
    /// Unix time in nanoseconds.
    Nanos,
    /// A message of seconds (1) and nanoseconds (2): `google.protobuf.Timestamp`.
    Timestamp,
    /// A TCP port of the payload's connection.
    Port,
    /// An IP address of the payload's connection: a number or 4 or 16 bytes.
    Address,
    /// A value that does not read as the type that its field has elsewhere, and is read by its bytes alone.
    Exception,
}

impl Sense {
    /// Name of the sense in reports and in `--as`; none where nothing is known.
    #[must_use]
    pub const fn as_str(self) -> Option<&'static str> {
        Some(match self {
            Self::Plain => return None,
            Self::Bool => "bool",
            Self::Enum => "enum",
            Self::Counter => "counter",
            Self::Seconds => "time-s",
            Self::Millis => "time-ms",
            Self::Micros => "time-us",
            Self::Nanos => "time-ns",
            Self::Timestamp => "timestamp",
            Self::Port => "port",
            Self::Address => "address",
            Self::Exception => "exception",
        })
    }

    /// Units of time in a second, if the sense is a time.
    const fn per_second(self) -> Option<u64> {
        Some(match self {
            Self::Seconds => 1,
            Self::Millis => 1_000,
            Self::Micros => 1_000_000,
            Self::Nanos => 1_000_000_000,
            _ => return None,
        })
    }
}
