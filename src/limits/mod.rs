//! Every cap of the program: its default, its reason, and what the user sees when it is hit.
//!
//! A cap is never silent. Whoever enforces one counts it or reports it as a finding, and the bytes that it costs
//! appear in the byte ledger under a reason of their own. How wide something is printed stands with the printer, and
//! what a format itself bounds with its reader.

mod caps;
mod pairing;

pub use caps::Caps;
pub use pairing::*;

/// Longest packet record that is believed, in bytes. libpcap's own maximum is 262,144; offload and jumbo captures
/// stay below that too. A longer one is a corrupt record header: a pcap file ends there with a finding, in pcapng the
/// block is skipped with one.
pub const PACKET_LEN: u32 = 262_144 * 4;

/// Longest pcapng block that is believed, in bytes; a block may hold a packet, options, or embedded secrets.
pub const BLOCK_LEN: u32 = 64 << 20;

/// Interfaces of one run. A capture has a handful; past it interfaces, and with them their packets, are skipped with
/// findings.
pub const INTERFACES: usize = 65_536;

/// Memory for the texts in captures (comments, names, descriptions), in bytes, over all files. Real captures have a few
/// lines of them; texts past it are counted and not shown.
pub const CAPTURE_TEXT_BYTES: usize = 1 << 20;

/// Memory for the windows of zstd captures that are read at the same time, in bytes: two of the largest that are
/// believed, or 128 of the usual. Captures that follow each other in time are open one after the other; one that finds
/// no room is not read, or read no further, with a problem that says so.
pub const ZSTD_WINDOW_BYTES: usize = 256 << 20;

/// How far the clock of a capture must jump away from those of all others that it is merged with, in nanoseconds, to
/// go on from where it was instead of waiting for their end: 30 days. No capture pauses for that long while others go
/// on; clocks that are not set are decades off.
pub const MERGE_JUMP_NS: i64 = 30 * 24 * 3_600_000_000_000;

/// Instructions that a BPF expression may take for one packet. Only `protochain` has a loop, which goes over the
/// headers of a packet, 8 bytes at least each: the longest packet takes fewer. Past it the packet is not selected.
pub const BPF_STEPS: usize = 4 << 20;

/// Headers of a packet that are followed, from the link layer to TCP: tags, tunnels and each packet in a packet.
/// Tunnels in tunnels of any network have a dozen; past it the packet is counted as nested too deep.
pub const HEADERS: usize = 32;

/// VLAN tags of a connection that are told; of more, the innermost. The others still tell connections apart.
/// Equipment adds two; five fit one word.
pub const VLAN_TAGS: usize = 5;

/// How often what was joined from fragments may itself be a fragment. Past it the packets are counted as nested too
/// deep.
pub const FRAGMENTED_IN_FRAGMENTS: usize = 3;

/// IP packets that wait for fragments at once. Past it the one that waits longest is given up, and its fragments are
/// counted as evicted.
pub const FRAGMENTED_DATAGRAMS: usize = 4096;

/// Memory for fragments that wait, in bytes: more than 256 of the longest packets. Past it the packet that waits
/// longest is given up, and its fragments are counted as such.
pub const FRAGMENT_BYTES: usize = 16 << 20;

/// How long fragments wait for the others, in nanoseconds as fragments show that they pass: 15 s as in RFC 791 section
/// 3.2, because IPv4 uses its 65,536 identifiers again soon. Later the packet is counted as incomplete.
pub const FRAGMENT_AGE_NS: i64 = 15_000_000_000;

/// Link types, EtherTypes and protocols that are told apart among what is not read. More are counted by reason only.
pub const UNREAD_DETAILS: usize = 256;

/// Longest frame that is believed when the layout does not say, in bytes. A header that claims more is not a
/// header: the splitter reports it and searches on.
pub const FRAME_LEN: u64 = 16 << 20;

/// Longest frame that a layout's `max` may ask for, in bytes. A frame waits in memory until it is complete.
pub const FRAME_LEN_SETTABLE: u64 = 1 << 30;

/// Most bytes, or characters of text for bytes, that `decode` reads: the text of the longest frame. More is refused.
pub const SINGLE_FRAME_TEXT: usize = 64 << 20;

/// Bytes that one line of a hex dump may stand for. Programs write 16 or 32; text with a longer line is no dump, and is
/// read as plain hex digits.
pub const DUMP_LINE_BYTES: usize = 256;

/// Longest header, and longest trailer, that a layout may describe, in bytes. A longer one is an error in the layout.
pub const HEADER_LEN: usize = 64;

/// Largest unit in which a layout may count a length, in bytes. A larger one is an error in the layout.
pub const LENGTH_UNIT: u64 = 65_536;

/// Frames that a search follows from one candidate for a header. Only runs of empty frames, which prove nothing, are
/// longer; the candidate is rejected, and the search goes on behind its first byte.
pub const SEARCH_CHAIN: usize = 32;

/// How long a candidate may wait for its confirmation, in frames of the layout's maximum length. Bounds what a search
/// holds in memory. Past it what speaks for the candidate so far has to do.
pub const SEARCH_TRIAL_FRAMES: usize = 2;

/// Bytes of payload that searches may look into for each byte of the stream: bounds the work on hostile bytes. Past
/// it payloads say nothing for or against a candidate.
pub const SEARCH_LOOKS_PER_BYTE: usize = 512;

/// The most of [`SEARCH_LOOKS_PER_BYTE`] that can be saved up, in bytes.
pub const SEARCH_LOOKS_AT_ONCE: usize = 64 << 20;

/// Frames of one direction of a server port from which is learned what others begin with, the first ones: with more,
/// nothing would be known better.
pub const HABIT_FRAMES: u32 = 512;

/// Payloads of one direction of a server port that are looked into to know whether they are protobuf, the first ones.
pub const HABIT_PROBED: u32 = 64;

/// Longest payload that is looked into for that, in bytes. Longer ones say no more and take longer.
pub const HABIT_PROBED_LEN: usize = 4096;

/// Server ports of which is learned what frames begin with, the first ones: 2 MiB with all that is kept of them.
/// Behind a hole of later ones frames are found by their headers and payloads alone.
pub const HABIT_PORTS: usize = 32;

/// Bytes of one direction that wait behind a hole before the hole is declared a gap.
pub const PENDING_BYTES: usize = 4 << 20;

/// Segments of one direction that wait behind a hole before the hole is declared a gap.
pub const PENDING_SEGMENTS: usize = 4096;

/// Memory for what waits behind holes, in bytes, over all connections. Past it the hole with the oldest packet behind
/// it is declared a gap, so that many connections with a hole each cannot fill the memory.
pub const PENDING_BYTES_TOTAL: usize = 256 << 20;

/// Bytes of all connections together that are remembered after delivery, to see retransmissions that differ from them.
/// Older bytes are not compared. Small enough to stay in a processor's cache.
pub const HISTORY_BYTES: usize = 512 << 10;

/// Delivered chunks of all connections that are remembered, beside [`HISTORY_BYTES`]. Older ones are not compared.
pub const HISTORY_RECORDS: usize = 4096;

/// Remembered chunks that one retransmission is compared with. What is older counts as equal.
pub const HISTORY_STEPS: usize = 256;

/// Gaps of a direction that are remembered, to tell late bytes from duplicate ones. Bytes for an older one count as
/// duplicate.
pub const GAPS_REMEMBERED: usize = 32;

/// Segments of a connection that may still arrive after the peer acknowledged past a hole, before the hole is
/// declared a gap. An acknowledgement alone can be captured before the data that it acknowledges.
pub const GAP_PATIENCE_SEGMENTS: u32 = 32;

/// How long segments may still arrive after the peer acknowledged past a hole, before the hole is declared a gap, in
/// nanoseconds of packet time: one second.
pub const GAP_PATIENCE_NS: i64 = 1_000_000_000;

/// How long a hole that nobody acknowledged may wait for its retransmission, in nanoseconds of packet time.
/// RFC 6298 lets a retransmission timer grow to 60 s and more. What a snap length cut off waits longer while nothing
/// comes after it.
pub const GAP_UNACKED_NS: i64 = 120_000_000_000;

/// The most time that is believed to pass between two packets, in nanoseconds: half a second. What waits for a time
/// waits while no packet shows that it passes, so that a time that jumps, or a clock that is set, ends nothing. More
/// than the packets of a busy connection lie apart, less than any hole or connection waits.
pub const CLOCK_STEP_NS: i64 = 500_000_000;

/// Connections that are tracked at once. Past it the one that was idle longest is closed as `evicted`.
pub const CONNECTIONS: usize = 100_000;

/// Time without a packet after which a connection is closed as `idle`, in nanoseconds (one hour). It passes as packets
/// of other connections show it: see [`CLOCK_STEP_NS`].
pub const CONNECTION_IDLE_NS: i64 = 3_600_000_000_000;

/// How long a connection that was closed or reset is remembered for its stray last packets, in nanoseconds of packet
/// time (one minute).
pub const CONNECTION_LINGER_NS: i64 = 60_000_000_000;

/// Nesting of messages and groups that is followed, as in protobuf's own decoders. Deeper content is shown as bytes.
pub const DEPTH: u16 = 100;

/// Fields of one payload that are read. The rest of the payload is shown as one run of bytes with a finding.
pub const FIELDS: usize = 100_000;

/// Fields of the top level of a payload that are listed before it is read. A payload has a handful; past it paths are
/// looked up in the payload itself, which takes longer and gives the same.
pub const TOP_LEVEL_FIELDS: usize = 1024;

/// Levels down to which the inside of a value that decided its type for itself is read by what its paths have learned.
/// Each costs one more look at all that is inside; deeper values are read by their bytes alone.
pub const READ_AGAIN_DEPTH: u16 = 8;

/// Field paths that are learned for one kind of payload. A kind of a few hundred types has as many; fields past it
/// are read by their bytes alone.
pub const LEARNED_PATHS: usize = 4096;

/// Payloads of one kind from which the types of its fields are learned. More teach little and cost as much as the
/// first.
pub const LEARNED_PAYLOADS: u32 = 1024;

/// Keys of a message that take turns, among which it is looked for the one that comes again. A message in which more
/// do is printed from a reading, which sorts them and takes longer; what is printed is the same.
pub const TURNS: usize = 256;

/// Names that a file of a schema may define twice and still be compiled: the compiler tells their lines, but takes
/// time in the square of their number. A file with more is refused with a message that names one.
pub const DUPLICATES: usize = 16;

/// Levels down to which two types of a schema must be alike to be taken for the same structure. Deeper differences
/// are not seen.
pub const STRUCTURE_LEVELS: usize = 4;

/// Names that a message about a schema lists. Of more it says how many.
pub const NAMES_LISTED: usize = 5;

/// Names that are suggested for one that a schema does not have.
pub const SUGGESTIONS: usize = 3;

/// Bytes to which a compressed value is inflated to say what it is, where all readings of a payload are shown. What
/// is behind them is not looked at.
pub const INFLATED_VALUE: u64 = 1 << 20;

/// Kinds of payload whose fields are learned. Payloads of more kinds are read by their bytes alone.
pub const LEARNED_KINDS: usize = 4096;

/// Different values of a header field up to which it tells kinds of payload apart. Protocols have some dozens of
/// message codes; a field that has more is a number of something.
pub const HEADER_CODES: usize = 64;

/// Kinds of payload whose fields one connection may teach beyond the survey. Payloads of more kinds are read by what
/// the survey knows, or by their bytes alone.
pub const REFINED_KINDS: usize = 64;
/// Field paths that all connections together may teach beyond the survey; each takes some 200 bytes. Past them payloads
/// are read by what the survey knows, or by their bytes alone.
pub const REFINED_PATHS: usize = 200_000;

/// Frames of one server port from which the types of fields are learned before any of them is reported, in bytes: some
/// 20,000 messages. Later ones teach their own connection only.
pub const SURVEY_BYTES: u64 = 4 << 20;

/// Memory for messages that wait for the survey of a server port, theirs or that of an earlier message. Past it the
/// surveys end with what they have.
pub const HELD_FOR_SURVEY_BYTES: usize = 16 << 20;

/// Surveys of one run that are kept. Messages on ports that begin after the last of them are learned from as they come.
pub const SURVEYS: usize = 64;

/// Bytes of each direction of a connection on which the layout is scored: hundreds of frames, or a few large ones. What
/// comes later says nothing about how well a layout fits.
pub const FIT_BYTES: usize = 64 << 10;

/// Connections of one server port on which the layout is scored, the first ones. Differences between connections, such
/// as prologues of several lengths, show in a handful.
pub const FIT_CONNECTIONS: usize = 4;

/// Server ports on which layouts are scored, the first ones: 16 MiB with all that is kept of them. Of layouts on later
/// ports is not told whether they fit.
pub const FIT_PORTS: usize = 32;

/// Frames and breaks that are followed through one direction of a connection to score a layout. Bounds the work where
/// each byte is a frame.
pub const FIT_FRAMES: u64 = 1024;

/// Payloads of one kind that are identified one by one before the winner stands for the rest of the kind.
pub const GUESS_VOTES: u32 = 8;

/// Kinds of payload for which a type is looked for. Past it new kinds are read without a type.
pub const GUESSED_KINDS: usize = 4096;

/// Values of a distribution that are kept one by one. Median and percentiles of more are good to three significant
/// digits.
pub const EXACT_VALUES: usize = 1000;

/// Bytes of frames that wait for an older packet of another connection, so that messages come in capture order.
/// Past it the oldest go out, and messages around an open hole may come slightly out of order.
pub const ORDER_BYTES: usize = 32 << 20;

/// How long an event of a live capture waits for an older packet of another connection, in nanoseconds of packet time:
/// a little longer than an acknowledged hole ([`GAP_PATIENCE_NS`]) stays undecided, so that a pair is not torn by one.
/// Past it the events go out, and messages around an open hole may come slightly out of order.
pub const LIVE_ORDER_NS: i64 = 1_500_000_000;

/// How long a direction of a live capture has to be quiet before a frame that is on trial there is accepted for what
/// speaks for it by itself, and how long other connections wait for that, in nanoseconds of packet time: nobody notices
/// it, and what belongs to a burst has come by then.
pub const LIVE_TRIAL_NS: i64 = 200_000_000;

/// Stretches of a live capture that are remembered in which packets were lost. A gap in an older one is told as not
/// captured, without saying that the capture lost it.
pub const LOSSES: usize = 1024;

/// Memory for what is held of connections, in bytes, over all connections: frames that are not complete, bytes for
/// which no profile is decided, and, for a quarter of it, requests that wait for their answer. Past it the connection
/// that was idle longest is closed as `evicted`; requests that there is no room for stay without their answer.
pub const HELD_BYTES: usize = 256 << 20;

/// Groups of connections that share caps on what is remembered of their messages. Threads share out the groups, not the
/// connections, so that what a cap costs does not depend on the number of threads. That more threads than groups have
/// nothing to do is no loss, as one thread takes the packets apart for all of them.
pub const SHARDS: usize = 32;

/// Bytes of packets in a batch from an interface after which another is begun, where the queue has room for many such.
/// Larger ones would not be handed over sooner, smaller ones more often.
pub const LIVE_BATCH_BYTES: usize = 256 << 10;

/// Events that go to other threads at once: so many that handing them over does not show, and so few that their
/// frames stay in a processor's cache.
pub const BATCH_EVENTS: usize = 512;
/// Bytes of frames after which a batch of fewer events than [`BATCH_EVENTS`] goes to other threads: few enough that
/// they stay in a processor's cache.
pub const BATCH_BYTES: usize = 128 << 10;

/// Rounds of batches that are on the way through other threads at once: enough that each of them has the next batch
/// when it is done with one. Past it no packet is read; the thread that reads them reads payloads instead.
pub const ROUNDS: usize = 4;

/// Bytes of frames in the rounds that are on the way through other threads at once: two of the longest usual frames,
/// however many threads there are. What is made of them for the report takes up to four times as much, for bytes in
/// hex; text of nothing but control characters six times, and as much again while it is printed. Past it no packet is
/// read, as past [`ROUNDS`].
pub const ROUND_BYTES: usize = 32 << 20;

/// Memory that a batch, or what became of it, keeps once it is empty, in bytes: several times the usual. What it had to
/// grow beyond that is given back, as there are some of them for each thread.
pub const KEPT_BATCH_BYTES: usize = 8 * BATCH_BYTES;

/// Room that a buffer asks for once it grows past [`KEPT_BATCH_BYTES`], in bytes. What it does not touch costs nothing.
/// The GNU C library takes more than 32 MiB straight from the system and gives it back at once; less, once freed, stays
/// with the thread in pieces, which with many threads came to several times what was in use.
pub const LARGE_BUFFER_BYTES: usize = 33 << 20;

/// Bytes of packets of a live capture that wait to be decoded, or to be written. Past it packets are dropped and
/// counted.
pub const QUEUE_BYTES: usize = 32 << 20;

/// Buffers for incomplete frames that are kept while nobody needs them, of up to 128 KiB each. As many directions can
/// be within a frame at a time without an allocation for each.
pub const SPARE_BUFFERS: usize = 128;

/// Memory that room for an incomplete frame keeps once it is empty, in bytes; what it had to grow beyond that is
/// given back.
pub const KEPT_ROOM_BYTES: usize = 64 << 10;

/// Bytes of a connection that are looked at to choose its profile. Past it the connection has none.
pub const DETECT_BYTES: usize = 64 << 10;

/// Problems of capture files that are told one by one; a file that is nothing but damage must not fill the memory.
pub const FINDINGS_KEPT: usize = 1000;

/// Rows of a table that grows with the number of connections, kinds of messages or findings. A line under the table
/// says how many more there are; the JSON reports have them all.
pub const ROWS: usize = 100;

/// Connections that the table of streams renders together.
pub const STREAM_ROWS: usize = 1000;

/// Messages that the tables show when `--limit` is not given.
pub const MESSAGE_ROWS: u64 = 1000;

/// Link types of a file that the table of captures names. It says how many more there are.
pub const LINKS_NAMED: usize = 8;

/// Output that waits for what comes before it and is kept in memory, in bytes. More goes to a temporary file.
pub const SPOOLED_BYTES: usize = 4 << 20;

/// Files of a dump that are open at once. Others are closed and opened again, which shows in nothing but time.
pub const OPEN_FILES: usize = 64;

/// Longest file of a dump in which zeros stand for missing bytes, in bytes. Holes that would make it longer are left
/// out, which the file beside it says.
pub const FILLED_LEN: u64 = 1 << 40;
