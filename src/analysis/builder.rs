//! The builder: collects what a run is to do, and runs it.

use super::Error;
use super::each::Each;
use crate::capture::{self, BpfExpression, CaptureSource, PacketSource};
use crate::frame::layout::Layout;
use crate::limits::Caps;
use crate::pipeline::{self, Candidate, Filter, Learn, Setup, Trust};
use crate::profile::{BUILT_IN, Profile, message};
use crate::proto::Schema;
use crate::record::{MessageRecord, Sink, Summary};
use std::io::Read;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Name of the profile that a layout alone makes, in records: library and program give the same report. It reads well
/// behind "a frame of".
pub(crate) const LAYOUT_PROFILE: &str = "the given layout";

/// A run over captures: what to read, what is known of it, what is wanted.
///
/// Without a [layout](Self::layout) or a [profile](Self::profile) the built-in profiles are tried. Mistakes in what is
/// given come out when it runs.
///
/// ```
/// use deframe::Analysis;
/// use std::ops::ControlFlow;
///
/// let mut labels = Vec::new();
/// let summary = Analysis::new().capture("samples/star_network.pcap").for_each_message(|message| {
///     labels.extend(message.label.map(str::to_owned));
///     ControlFlow::Continue(())
/// })?;
/// assert_eq!(summary.messages, 44);
/// assert_eq!(labels[0], "Service Discovery");
/// # Ok::<(), deframe::Error>(())
/// ```
#[derive(Debug, Default)]
#[must_use = "it does nothing until it runs"]
pub struct Analysis {
    captures: Vec<CaptureSource>,
    layout: Option<String>,
    ports: Vec<u16>,
    schema: Option<Arc<Schema>>,
    message_type: Option<String>,
    candidates: Vec<Candidate>,
    setup: Setup,
}

impl Analysis {
    /// Starts with nothing to read.
    pub fn new() -> Self {
        Self { setup: Setup { threads: 1, ..Setup::default() }, ..Self::default() }
    }

    /// Reads the capture at this path too; `-` is standard input. pcap or pcapng, plain or compressed with gzip or
    /// zstd. Packets of several captures are merged by time.
    pub fn capture(mut self, path: impl Into<String>) -> Self {
        self.captures.push(CaptureSource::Named(path.into()));
        self
    }

    /// Reads a capture from `bytes` too, called `name` in records and errors.
    ///
    /// ```
    /// let file = std::fs::read("samples/kv.pcap").unwrap();
    /// let summary = deframe::Analysis::new()
    ///     .reader("memory", std::io::Cursor::new(file))
    ///     .layout("riak")
    ///     .for_each_message(|_| std::ops::ControlFlow::Continue(()))?;
    /// assert_eq!(summary.capture.files[0].name, "memory");
    /// # Ok::<(), deframe::Error>(())
    /// ```
    pub fn reader(mut self, name: impl Into<String>, bytes: impl Read + Send + 'static) -> Self {
        self.captures.push(CaptureSource::Reader { name: name.into(), bytes: Box::new(bytes) });
        self
    }

    /// Says how frames look, in the language of `docs/formats.md`, such as `len:u32le magic:efbeadde payload`, or by
    /// the name of a preset, or as `client: … ; server: …` where the sides differ. Every connection speaks it, or those
    /// to the [ports](Self::ports) if any are given.
    pub fn layout(mut self, layout: impl Into<String>) -> Self {
        self.layout = Some(layout.into());
        self
    }

    /// Says on which TCP ports the servers are that speak the layout.
    pub fn ports(mut self, ports: impl Into<Vec<u16>>) -> Self {
        self.ports = ports.into();
        self
    }

    /// Gives the message types of the frames that the layout cuts out.
    pub fn schema(mut self, schema: impl Into<Arc<Schema>>) -> Self {
        self.schema = Some(schema.into());
        self
    }

    /// Gives the full name of the message type of those frames; without it, types are identified message by message.
    pub fn message_type(mut self, name: impl Into<String>) -> Self {
        self.message_type = Some(name.into());
        self
    }

    /// Says that connections speak what this profile describes: all of them, or those to its ports if it has any. Of a
    /// layout and several profiles the first on whose ports a connection is counts, the layout before the profiles; one
    /// without ports takes every connection. The bytes are not looked at: they are with a [candidate](Self::candidate)
    /// that is only tried. The built-in profiles are tried only where no layout, profile or candidate is given.
    pub fn profile(self, profile: Profile) -> Self {
        self.candidate(Candidate { profile: Arc::new(profile), trust: Trust::Given })
    }

    /// Tries this profile too, as far as it is trusted.
    pub fn candidate(mut self, candidate: Candidate) -> Self {
        self.candidates.push(candidate);
        self
    }

    /// Follows only packets that this expression selects. Connections and messages are numbered as far as packets are
    /// followed; a [filter](Self::filter) leaves numbers as they are.
    pub fn expression(mut self, expression: Option<BpfExpression>) -> Self {
        self.setup.expression = expression;
        self
    }

    /// Chooses what is told. Numbers, pairs and types are those without a filter.
    pub fn filter(mut self, filter: Filter) -> Self {
        self.setup.filter = filter;
        self
    }

    /// Says on which TCP ports servers are, for connections whose opening was not captured. Without it the ports of
    /// the profiles tell, and where they do not, the lower port is taken for the server's.
    pub fn server_ports(mut self, ports: impl Into<Vec<u16>>) -> Self {
        self.setup.server_ports = ports.into();
        self
    }

    /// Says how many threads may work; 1 if nothing is said. The records are the same with any number.
    pub fn threads(mut self, threads: usize) -> Self {
        self.setup.threads = threads;
        self
    }

    /// Says when the field types of payloads without a message type are learned.
    pub fn learn(mut self, learn: Learn) -> Self {
        self.setup.learn = learn;
        self
    }

    /// Says how much memory may be used for what.
    pub fn caps(mut self, caps: Caps) -> Self {
        self.setup.caps = caps;
        self
    }

    /// Reads the captures to their end, or until the sink has enough, and tells `sink` what they carry.
    ///
    /// ```
    /// use deframe::report::Ndjson;
    ///
    /// let mut out = Vec::new();
    /// deframe::Analysis::new().capture("samples/star_network.pcap").run(&mut Ndjson::new(&mut out))?;
    /// assert!(out.starts_with(br#"{"record":"capture""#));
    /// # Ok::<(), deframe::Error>(())
    /// ```
    ///
    /// # Errors
    /// If a capture cannot be opened, something given is not valid, or the sink fails.
    pub fn run(mut self, sink: &mut dyn Sink) -> Result<Summary, Error> {
        let captures = std::mem::take(&mut self.captures);
        if captures.is_empty() {
            return Err(Error::NoCapture);
        }
        let setup = self.setup()?;
        let mut captures = capture::open_all(captures)?.all_opened()?;
        pipeline::run(&mut captures, &setup, sink).map_err(Error::Report)
    }

    /// [Runs](Self::run) the analysis and hands every message to `each`, which may break.
    ///
    /// # Errors
    /// If a capture cannot be opened, or something given is not valid.
    pub fn for_each_message(self, each: impl FnMut(&MessageRecord<'_>) -> ControlFlow<()>) -> Result<Summary, Error> {
        self.run(&mut Each(each))
    }

    /// Reads packets from wherever they come; no capture may have been given.
    ///
    /// # Errors
    /// If a capture was given too, something given is not valid, or the sink fails.
    pub fn run_on(self, source: &mut dyn PacketSource, sink: &mut dyn Sink) -> Result<Summary, Error> {
        if !self.captures.is_empty() {
            return Err(Error::TwoSources);
        }
        pipeline::run(source, &self.setup()?, sink).map_err(Error::Report)
    }

    /// Makes the setup of the pipeline, for those who run that themselves.
    ///
    /// # Errors
    /// If something given is not valid.
    pub fn setup(mut self) -> Result<Setup, Error> {
        let mut candidates: Vec<Candidate> = self.framed()?.into_iter().chain(self.candidates).collect();
        if candidates.is_empty() {
            for built_in in BUILT_IN {
                candidates.push(Candidate { profile: Arc::new(built_in.profile()?), trust: Trust::Tried });
            }
        }
        self.setup.candidates = candidates;
        Ok(self.setup)
    }

    /// The candidate that the layout and its companions describe together.
    fn framed(&mut self) -> Result<Option<Candidate>, Error> {
        let Some(text) = self.layout.take() else {
            let is_bare = self.schema.is_none() && self.message_type.is_none() && self.ports.is_empty();
            return if is_bare { Ok(None) } else { Err(Error::NoLayout) };
        };
        let mut profile = Profile::of_layouts(LAYOUT_PROFILE, Layout::parse_sides(&text)?);
        profile.ports = std::mem::take(&mut self.ports);
        profile.schema = self.schema.take();
        if let Some(name) = &self.message_type {
            profile.default_message = Some(message(profile.schema.as_deref(), name, "message_type")?);
        }
        Ok(Some(Candidate { profile: Arc::new(profile), trust: Trust::Given }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn everything() -> Each<impl FnMut(&MessageRecord<'_>) -> ControlFlow<()>> {
        Each(|_: &MessageRecord<'_>| ControlFlow::Continue(()))
    }

    #[test]
    fn captures_beside_another_source_are_refused_and_not_left_out() {
        let mut source = capture::open(&["samples/kv.pcap".to_owned()]).unwrap();
        let analysis = Analysis::new().capture("samples/star_network.pcap");
        let refused = analysis.run_on(&mut source, &mut everything()).unwrap_err();
        assert!(matches!(refused, Error::TwoSources), "{refused}");
        let summary = Analysis::new().layout("u32be").run_on(&mut source, &mut everything()).unwrap();
        assert_eq!(summary.profiles, [("the given layout".to_owned(), 2)]);
    }
}
