//! Ctrl-C and SIGTERM: the first one ends the capture, the second one the program.

use crate::capture::live::Control;
use crate::cli::failure::Failure;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// Exit code of a program that a signal ended, as a shell gives it, without the number of the signal.
const BY_SIGNAL: i32 = 128;

/// Listens for the signals that end a capture.
pub(super) fn listen(control: &Control) -> Result<(), Failure> {
    for signal in [SIGINT, SIGTERM] {
        // In this order: the first signal finds the flag unset, and sets it.
        flag::register_conditional_shutdown(signal, BY_SIGNAL + signal, control.flag())
            .and_then(|_| flag::register(signal, control.flag()))
            .map_err(|error| Failure::fatal("cannot listen for signals").caused_by(error))?;
    }
    Ok(())
}
