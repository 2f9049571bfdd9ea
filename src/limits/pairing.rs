//! What is remembered to tell which request an answer answers, and what is compared to find out what they share.

/// Requests of one connection that may wait for their answer. Past it the oldest is given up.
pub const PENDING_REQUESTS: usize = 1024;

/// Connections of which each finds out for itself what its requests and answers have in common, where no survey does.
/// Each keeps [`COMPARED_REQUESTS`] messages of either direction, which take what [`COMPARED_AT_ONCE`] says of one.
pub const STUDIES: usize = 64;

/// Server ports, and what a profile says that answers share there, of which it is told that no message has it.
pub const TOLD_MATCHES: usize = 64;

/// Messages of one server port that are compared to find what requests and answers have in common.
pub const COMPARED_MESSAGES: u32 = 4096;

/// Messages of all server ports together that are compared at once. What is known of each takes a kilobyte, or eight
/// where it has [`COMPARED_PLACES`] values of the longest: 16 MiB in the usual case, for no longer than the surveys
/// take.
pub const COMPARED_AT_ONCE: u32 = 16_384;

/// Requests of a server port that may still wait for their answers when it is judged what they share with these.
pub const COMPARED_WAITING: usize = 64;

/// Different values of one place that are counted.
pub const COMPARED_VALUES: usize = 256;

/// Connections of one server port of which messages are compared.
pub const COMPARED_CONNECTIONS: usize = 256;

/// Requests of one direction of a connection that messages are compared with.
pub const COMPARED_REQUESTS: usize = 256;

/// Places in messages of one server port that are compared.
pub const COMPARED_PLACES: usize = 24;

/// Nanoseconds of packet time in which neither side sent a frame, after which an answer that comes at once is for what
/// was asked since.
pub const PAUSE_NS: i64 = 100_000_000;

/// Nanoseconds of packet time in which neither side sent a frame, after which a server that answers in the order of its
/// requests is taken to have answered all of them: where bytes were missing before, counting begins anew.
pub const QUIET_NS: i64 = 5_000_000_000;
