//! What `--filter`, `--host`, `--port`, `--from` and `--to` say.

use super::args::TrafficArgs;
use super::failure::Failure;
use crate::capture::{BpfError, BpfExpression};
use crate::pipeline::Filter;

/// The expression for packets, and the choice of what is told of them.
pub(super) fn of(args: &TrafficArgs) -> Result<(Option<BpfExpression>, Filter), Failure> {
    if let (Some(from), Some(to)) = (args.from, args.to)
        && std::mem::discriminant(&from) == std::mem::discriminant(&to)
        && from > to
    {
        let hint = "give a date too where a capture goes past midnight: 2026-11-22T23:59:00Z";
        return Err(Failure::usage("--from is later than --to").hint(hint));
    }
    let expression = args.filter.as_deref().map(expression).transpose()?;
    let (hosts, ports, from, to) = (args.host.clone(), args.port.clone(), args.from, args.to);
    Ok((expression, Filter { hosts, ports, from, to, ..Filter::default() }))
}

fn expression(text: &str) -> Result<BpfExpression, Failure> {
    BpfExpression::parse(text).map_err(|error| match error {
        BpfError::NotBuilt => Failure::usage("this deframe was built without --filter").hint(
            "build it with libpcap (Debian: libpcap-dev) and the feature `live`, or use --host, --port, --from, --to",
        ),
        error => {
            let language = "man pcap-filter has the language; quote the expression: --filter 'tcp port 80'";
            let hint = error.hint().unwrap_or_else(|| language.to_owned());
            Failure::usage("the expression of --filter cannot be understood").caused_by(error).hint(hint)
        }
    })
}
