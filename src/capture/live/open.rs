//! Opens interfaces, all before the first packet is taken from one: what happens between, such as giving up privileges,
//! happens while the kernel collects.

use super::control::Control;
use super::device;
use super::error::LiveError;
use super::handle::Handle;
use super::options::{ANY, LiveOptions};
use super::queue::queue;
use super::reader::{self, Pace};
use super::source::Live;
use crate::capture::save::{self, Saver};
use crate::capture::{CaptureFacts, FileFacts, FileFormat, InterfaceFacts};
use std::thread;
use std::time::Duration;

/// Interfaces that collect packets.
pub struct Opened {
    handles: Vec<Handle>,
    facts: CaptureFacts,
    pace: Pace,
}

/// Opens all interfaces that `options` names.
///
/// # Errors
/// Error of the first interface that cannot be opened.
pub fn open(options: &LiveOptions) -> Result<Opened, LiveError> {
    let described = device::described();
    let mut facts = CaptureFacts::default();
    let mut handles = Vec::new();
    for (index, name) in options.interfaces.iter().enumerate() {
        let handle = Handle::open(name, options)?;
        facts.files.push(FileFacts::new(name, FileFormat::Live, None));
        facts.interfaces.push(InterfaceFacts {
            file: index,
            name: Some(name.clone()),
            description: described.get(name).filter(|_| name != ANY).cloned(),
            filter: options.filter.clone(),
            link: handle.link(),
            snap_len: options.snap_len,
            ..InterfaceFacts::default()
        });
        handles.push(handle);
    }
    Ok(Opened { handles, facts, pace: Pace::new(options) })
}

impl Opened {
    /// The facts of the interfaces.
    #[must_use]
    pub fn facts(&self) -> &CaptureFacts {
        &self.facts
    }

    /// Begins to take packets out of the kernel, until `control` says so or after `duration`. At most
    /// `queue_bytes` wait in this program. All packets also go to `saver`, which does not wait for
    /// whoever takes them from the source.
    #[must_use]
    pub fn start(
        self,
        control: &Control,
        duration: Option<Duration>,
        queue_bytes: usize,
        saver: Option<Saver>,
    ) -> Live {
        let share = if saver.is_some() { queue_bytes / 2 } else { queue_bytes };
        let (entry, mut exit) = queue(share);
        let interfaces = self.handles.len();
        for (index, handle) in self.handles.into_iter().enumerate() {
            let (entry, control, pace) = (entry.clone(), control.clone(), self.pace);
            thread::spawn(move || reader::run(handle, index, &entry, &control, pace));
        }
        let facts = self.facts;
        let saving = saver.map(|mut saver| {
            saver.begin(&facts.interfaces);
            let (onward, last) = queue(share);
            let unsaved = std::mem::replace(&mut exit, last);
            let control = control.clone();
            thread::spawn(move || save::run(saver, &unsaved, &onward, &control))
        });
        Live::new(exit, facts, interfaces, control.clone(), duration, saving)
    }
}
