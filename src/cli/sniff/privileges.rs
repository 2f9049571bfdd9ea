//! Giving up what opening interfaces needed, once they are open.
//!
//! Order matters: groups go before the user, and all of it before the first thread, as Linux keeps these by thread.

use crate::cli::failure::Failure;
use nix::unistd::{Gid, Uid, User, setgid, setuid};
use std::fs::File;
use std::os::unix::fs::MetadataExt;

/// Who the program becomes.
#[derive(Debug)]
pub(super) struct Unprivileged(User);

impl Unprivileged {
    /// Chooses who to become: none if the process is not root, or is to stay root.
    pub(super) fn choose(user: Option<&str>, stay: bool) -> Result<Option<Self>, Failure> {
        if stay || !Uid::effective().is_root() {
            return Ok(None);
        }
        let found = match user {
            Some(name) => Some(named(name)?),
            None => caller().or_else(|| User::from_name("nobody").ok().flatten()),
        };
        let Some(found) = found else {
            return Err(Failure::fatal("there is no user nobody to become once the interfaces are open")
                .hint("name another with --user, or stay root with --no-drop"));
        };
        Ok((!found.uid.is_root()).then_some(Self(found)))
    }

    pub(super) fn name(&self) -> &str {
        &self.0.name
    }

    /// Gives a file to the user, so that it can be read later. Devices and pipes stay as they are.
    pub(super) fn own(&self, file: &File) -> Result<(), Failure> {
        let is_file = file.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.uid() != self.0.uid.as_raw());
        if is_file {
            std::os::unix::fs::fchown(file, Some(self.0.uid.as_raw()), Some(self.0.gid.as_raw()))
                .map_err(|error| self.failed("cannot give the output", &error))?;
        }
        Ok(())
    }

    /// Becomes the user, for good.
    pub(super) fn become_it(&self) -> Result<(), Failure> {
        let Self(user) = self;
        let failed = |error| self.failed("cannot give up being root", &error);
        // macOS keeps the groups of a process in a service of its own; there they stay.
        #[cfg(not(target_vendor = "apple"))]
        nix::unistd::setgroups(&[user.gid]).map_err(failed)?;
        // As root, all of real, effective and saved are set.
        setgid(user.gid).map_err(failed)?;
        setuid(user.uid).map_err(failed)?;
        let back = [setuid(Uid::from_raw(0)).is_ok(), setgid(Gid::from_raw(0)).is_ok()];
        if back.contains(&true) {
            return Err(Failure::fatal(format!("still root after becoming {}", user.name)));
        }
        Ok(())
    }

    fn failed(&self, what: &str, error: &dyn std::fmt::Display) -> Failure {
        let hint = "run it where root may do that, or stay root with --no-drop";
        Failure::fatal(format!("{what} to {}", self.0.name)).caused_by(error).hint(hint)
    }
}

/// Gives up what the process could still get: capabilities that the file gave it, and those of programs that it starts.
pub(super) fn give_up_capabilities() -> Result<(), Failure> {
    #[cfg(target_os = "linux")]
    {
        let failed = |error: &dyn std::fmt::Display| Failure::fatal("cannot give up capabilities").caused_by(error);
        for set in [caps::CapSet::Effective, caps::CapSet::Permitted, caps::CapSet::Inheritable] {
            caps::clear(None, set).map_err(|error| failed(&error))?;
        }
        nix::sys::prctl::set_no_new_privs().map_err(|error| failed(&error))?;
    }
    Ok(())
}

/// The user called `name`, or with that number.
fn named(name: &str) -> Result<User, Failure> {
    let by_name = User::from_name(name).ok().flatten();
    let found = by_name.or_else(|| User::from_uid(Uid::from_raw(name.parse().ok()?)).ok().flatten());
    found.ok_or_else(|| Failure::usage(format!("there is no user {name}")).hint("give the name of a user with --user"))
}

/// The user who called sudo.
fn caller() -> Option<User> {
    let uid = std::env::var("SUDO_UID").ok()?.parse().ok()?;
    User::from_uid(Uid::from_raw(uid)).ok().flatten()
}
