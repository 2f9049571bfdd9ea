//! An interface that cannot be captured from, as the user sees it.

use super::failure::Failure;
use crate::capture::BpfError;
use crate::capture::live::{LiveError, LiveErrorKind};

/// A failure because an interface cannot be captured from, with what to do about it.
pub(super) fn explain(error: &LiveError) -> Failure {
    let program = std::env::current_exe().map_or_else(|_| "deframe".into(), |path| path.display().to_string());
    let failure = match error.kind {
        LiveErrorKind::Filter => Failure::usage(error.to_string()),
        _ => Failure::fatal(error.to_string()),
    };
    let failure = match &error.expression {
        Some(expression) => failure.caused_by(expression),
        None => failure.caused_by(&error.said),
    };
    match error.kind {
        LiveErrorKind::NotPermitted => failure.hint(permission(&program)),
        LiveErrorKind::NoSuchInterface => failure.hint("`deframe interfaces` lists them"),
        LiveErrorKind::Down => failure.hint(format!("bring it up: sudo ip link set {} up", error.interface)),
        LiveErrorKind::Filter => {
            let language = "man pcap-filter has the language: tcp port 8001 and host 10.0.0.5";
            failure.hint(error.expression.as_deref().and_then(BpfError::hint).unwrap_or_else(|| language.to_owned()))
        }
        LiveErrorKind::Other => failure.hint("`deframe interfaces` shows which ones can be opened"),
    }
}

#[cfg(target_os = "linux")]
fn permission(program: &str) -> String {
    format!(
        "give this program the right once: sudo setcap cap_net_raw,cap_net_admin=eip {program}, or run it with sudo"
    )
}

#[cfg(not(target_os = "linux"))]
fn permission(program: &str) -> String {
    format!("run it with sudo: sudo {program} sniff")
}
