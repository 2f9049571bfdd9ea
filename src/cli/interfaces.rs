//! `deframe interfaces`.

use super::args::{InterfacesArgs, InterfacesFormat};
use super::failure::Failure;
use super::outcome::Outcome;
use super::output::{self, Output, talk};
use super::refusal;
use crate::capture::live::{self, LiveError, LiveErrorKind};
use crate::report::interfaces::{self, Interface, Refused};

/// Why an interface cannot be opened.
fn refused(error: &LiveError) -> Refused {
    Refused { short: error.kind.as_str().to_owned(), said: error.said.clone() }
}

/// Runs `deframe interfaces`.
pub(super) fn run(args: &InterfacesArgs) -> Result<Outcome, Failure> {
    let devices = live::devices().map_err(|error| refusal::explain(&error))?;
    let interfaces: Vec<Interface> = devices
        .iter()
        .map(|device| Interface {
            name: device.name.clone(),
            description: device.description.clone(),
            addresses: device.addresses.clone(),
            is_up: device.is_up,
            is_running: device.is_running,
            is_loopback: device.is_loopback,
            is_wireless: device.is_wireless,
            link: device.opened.as_ref().map(ToString::to_string).map_err(refused),
        })
        .collect();
    let text = match args.format {
        InterfacesFormat::Text => interfaces::table(&interfaces, output::width(args.width.columns, None)),
        InterfacesFormat::Json => interfaces::json(&interfaces),
    };
    Output::open(None)?.print(&text)?;
    let refused = devices.iter().filter_map(|device| device.opened.as_ref().err());
    if let Some(error) = refused.into_iter().find(|error| error.kind == LiveErrorKind::NotPermitted) {
        talk(&refusal::explain(error).hint_only());
    }
    Ok(Outcome::Done)
}
