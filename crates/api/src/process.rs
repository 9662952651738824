//! What the process uses of the machine, as Linux tells in `/proc/self`; zero elsewhere.

use std::fs;

/// Resources in use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Memory in use.
    pub resident_bytes: u64,
    /// Processor time used.
    pub cpu_milliseconds: u64,
    /// Open files and connections.
    pub open_files: u64,
}

/// Bytes of a memory page, on every platform that the server is built for.
const PAGE_BYTES: u64 = 4_096;
/// Milliseconds of a clock tick: the kernel counts 100 in a second.
const TICK_MILLISECONDS: u64 = 10;

/// What is in use now.
#[must_use]
pub fn usage() -> Usage {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let open_files = fs::read_dir("/proc/self/fd").map_or(0, |files| files.count() as u64);
    Usage { open_files, ..parse(&stat) }
}

/// Reads `proc_pid_stat(5)`. Fields are counted from behind the name, which may have spaces.
fn parse(stat: &str) -> Usage {
    let fields: Vec<u64> = stat
        .rsplit_once(')')
        .map(|(_, rest)| rest.split_whitespace().map(|field| field.parse().unwrap_or(0)).collect())
        .unwrap_or_default();
    let field = |number: usize| fields.get(number - 3).copied().unwrap_or(0);
    Usage {
        resident_bytes: field(24) * PAGE_BYTES,
        cpu_milliseconds: (field(14) + field(15)) * TICK_MILLISECONDS,
        open_files: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_counted_from_behind_the_name() {
        let stat = "7 (a (b) c) S 1 7 7 0 -1 0 0 0 0 0 250 50 0 0 20 0 4 0 99 1000000 2560 0";
        assert_eq!(parse(stat), Usage { resident_bytes: 2_560 * 4_096, cpu_milliseconds: 3_000, open_files: 0 });
        assert_eq!(parse(""), Usage::default());
    }
}
