//! Tells a capture to end, from anywhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Ends a live capture; clones end the same one.
#[derive(Clone, Debug, Default)]
pub struct Control {
    stop: Arc<AtomicBool>,
    now: Arc<AtomicBool>,
}

impl Control {
    /// Ends the capture with the packets that the kernel has now.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::SeqCst);
    }

    /// Ends the capture with the packet that was given last.
    pub fn stop_now(&self) {
        self.now.store(true, Ordering::SeqCst);
        self.stop();
    }

    /// The flag behind [`Control::stop`], for a signal handler to set.
    #[must_use]
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.stop)
    }

    /// Whether no more packets are to be taken from the kernel than it has.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Whether no more packets are to be given.
    pub(super) fn is_over(&self) -> bool {
        self.now.load(Ordering::Relaxed)
    }
}
