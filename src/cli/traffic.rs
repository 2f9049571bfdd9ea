//! What `--filter`, `--host`, `--from` and `--to` say.

use super::args::TrafficArgs;
use super::failure::Failure;
use crate::capture::{BpfError, BpfExpression};
use crate::pipeline::{Moment, Network, Traffic};
use crate::units::Timestamp;
use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use std::net::IpAddr;

/// The packets that the options ask for.
pub(super) fn of(args: &TrafficArgs) -> Result<Traffic, Failure> {
    if let (Some(from), Some(to)) = (args.from, args.to)
        && std::mem::discriminant(&from) == std::mem::discriminant(&to)
        && from > to
    {
        let hint = "give a date too where a capture goes past midnight: 2026-11-22T23:59:00Z";
        return Err(Failure::usage("--from is later than --to").hint(hint));
    }
    let expression = args.filter.as_deref().map(expression).transpose()?;
    Ok(Traffic { expression, hosts: args.host.clone(), ports: args.port.clone(), from: args.from, to: args.to })
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

/// `10.0.0.1`, `10.0.0.0/8`, `::1`, `2001:db8::/32`.
pub(super) fn network(text: &str) -> Result<Network, String> {
    let (addr, prefix_len) = match text.split_once('/') {
        Some((addr, prefix_len)) => (addr, Some(prefix_len)),
        None => (text, None),
    };
    let addr: IpAddr = addr.parse().map_err(|_| "expected an IPv4 or IPv6 address, or a network such as 10.0.0.0/8")?;
    let bits = Network::bits(addr);
    let prefix_len = prefix_len.map_or(Ok(bits), str::parse).ok();
    prefix_len
        .and_then(|prefix_len| Network::new(addr, prefix_len))
        .ok_or_else(|| format!("expected the number of leading bits after the slash, from 0 to {bits}"))
}

/// `2026-11-22T11:03:24.5Z` (RFC 3339; UTC if it does not say), `11:03:24.5`, `+12.5`.
pub(super) fn moment(text: &str) -> Result<Moment, String> {
    let at = |time: jiff::Timestamp| i64::try_from(time.as_nanosecond()).ok().map(Timestamp::from_ns).map(Moment::At);
    let found = if let Some(seconds) = text.strip_prefix('+') {
        nanoseconds(seconds).map(Moment::After)
    } else if let Ok(time) = text.parse::<jiff::Timestamp>() {
        at(time)
    } else if let Ok(time) = text.parse::<DateTime>() {
        time.to_zoned(TimeZone::UTC).ok().and_then(|zoned| at(zoned.timestamp()))
    } else if let Ok(time) = text.parse::<Time>() {
        i64::try_from(time.duration_since(Time::midnight()).as_nanos()).ok().map(Moment::OfDay)
    } else {
        None
    };
    found.ok_or_else(|| {
        "expected 2026-11-22T11:03:24Z, 11:03:24.5, or +12.5 (seconds after the first packet)".to_owned()
    })
}

/// Decimal seconds, exact.
fn nanoseconds(seconds: &str) -> Option<i64> {
    let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) || fraction.len() > 9 {
        return None;
    }
    let fraction: i64 = format!("{fraction:0<9}").parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(1_000_000_000)?.checked_add(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_understood_in_every_form_that_reports_show() {
        let at = Moment::At(Timestamp::from_ns(1_795_345_404_500_000_000));
        for text in ["2026-11-22T11:03:24.5Z", "2026-11-22T13:03:24.5+02:00", "2026-11-22 11:03:24.500000"] {
            assert_eq!(moment(text), Ok(at), "{text}");
        }
        assert_eq!(moment("00:00:01.000000002"), Ok(Moment::OfDay(1_000_000_002)));
        assert_eq!(moment("+12.5"), Ok(Moment::After(12_500_000_000)));
        assert_eq!(moment("+0"), Ok(Moment::After(0)));
        for text in ["", "+", "+-1", "+1.", "+.5", "+1.0000000001", "12.5", "25:00:00", "yesterday", "+99999999999"] {
            assert!(moment(text).is_err(), "{text}");
        }
    }

    #[test]
    fn hosts_are_addresses_or_networks() {
        assert_eq!(network("10.0.0.1"), network("10.0.0.1/32"));
        assert_eq!(network("::1"), network("::1/128"));
        for text in ["", "10.0.0", "10.0.0.1/", "10.0.0.1/33", "::/129", "::/-1", "host", "10.0.0.1:80"] {
            assert!(network(text).is_err(), "{text}");
        }
    }
}
