//! The thread that writes, between those that capture and the one that decodes.

use super::saver::{SaveError, Saved, Saver};
use crate::capture::live::{Control, Entry, Exit, Put};
use std::io;
use std::time::Duration;

/// How long the thread waits for packets before it looks again.
const PATIENCE: Duration = Duration::from_millis(100);

/// Writes everything that comes from `unsaved`, and passes it `onward`; what finds no room there is in the files all
/// the same. Where writing fails, the capture is ended.
pub(in crate::capture) fn run(
    mut saver: Saver,
    unsaved: &Exit,
    onward: &Entry,
    control: &Control,
) -> Result<Saved, SaveError> {
    let mut failed: Option<SaveError> = None;
    let mut passed_over = 0;
    loop {
        let next = match unsaved.take(Duration::ZERO) {
            Ok(None) => {
                save(&mut saver, &mut failed, control, Saver::flush);
                unsaved.take(PATIENCE)
            }
            next => next,
        };
        let mut batch = match next {
            Ok(Some(batch)) => batch,
            Ok(None) => continue,
            Err(_closed) => break,
        };
        save(&mut saver, &mut failed, control, |saver| saver.write(&batch));
        batch.passed_over = passed_over;
        let packets = batch.len() as u64;
        match onward.put(batch) {
            Put::Taken => passed_over = 0,
            Put::Full(_) => passed_over += packets,
            Put::Gone => {}
        }
    }
    match failed {
        Some(error) => Err(error),
        None => saver.finish(),
    }
}

/// Saves a batch, unless saving has failed before.
fn save(
    saver: &mut Saver,
    failed: &mut Option<SaveError>,
    control: &Control,
    act: impl FnOnce(&mut Saver) -> io::Result<()>,
) {
    if failed.is_none()
        && let Err(error) = act(saver)
    {
        *failed = Some(saver.failed(error));
        control.stop();
    }
}
