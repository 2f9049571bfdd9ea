//! The benchmarks of the stages by name: one list for the bench that runs them, the baseline that remembers them
//! and the program that compares.

/// What is measured by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The yardstick: the bare walk over the same capture, which shows how fast the machine is.
    Bare,
    /// Packets out of a file.
    Reader,
    /// Segments out of packets.
    Packet,
    /// Chunks in order out of segments.
    Stream,
    /// Frames out of chunks.
    Frame,
    /// Fields out of payloads without a type.
    Walk,
    /// JSON out of the same payloads.
    Json,
    /// The whole pipeline to a summary, on one thread and on two, and to NDJSON.
    Pipeline,
    PipelineTwo,
    PipelineNdjson,
    PipelineNdjsonTwo,
}

impl Stage {
    /// In the order of the data.
    pub(crate) const ALL: [Self; 11] = [
        Self::Bare,
        Self::Reader,
        Self::Packet,
        Self::Stream,
        Self::Frame,
        Self::Walk,
        Self::Json,
        Self::Pipeline,
        Self::PipelineTwo,
        Self::PipelineNdjson,
        Self::PipelineNdjsonTwo,
    ];

    /// As `cargo bench` and the baseline call it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare",
            Self::Reader => "reader",
            Self::Packet => "packet",
            Self::Stream => "stream",
            Self::Frame => "frame",
            Self::Walk => "walk",
            Self::Json => "json",
            Self::Pipeline => "pipeline",
            Self::PipelineTwo => "pipeline_2",
            Self::PipelineNdjson => "pipeline_ndjson",
            Self::PipelineNdjsonTwo => "pipeline_ndjson_2",
        }
    }
}
