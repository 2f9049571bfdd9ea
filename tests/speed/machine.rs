//! What figures were measured on.

use std::path::Path;

/// Cores, processor, its cache, system.
pub(crate) fn machine() -> String {
    let cpus = std::fs::read_to_string(Path::new("/proc/cpuinfo")).unwrap_or_default();
    let fact = |name: &str| {
        let fact = cpus.lines().find_map(|line| line.strip_prefix(name)?.split_once(':'));
        fact.map_or("?", |(_, fact)| fact.trim())
    };
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let (system, architecture) = (std::env::consts::OS, std::env::consts::ARCH);
    format!("{cores} cores of {}, cache {}, {system} {architecture}", fact("model name"), fact("cache size"))
}
