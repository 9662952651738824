//! A clock that a test moves while the server runs.

use std::path::PathBuf;

use quarterdeck_app::ports::Clock;
use quarterdeck_domain::Timestamp;

use super::SystemClock;

/// Names a file with the seconds by which the clock is ahead.
const VARIABLE: &str = "QUARTERDECK_TEST_CLOCK";

/// The machine's time, moved by the seconds that stand in a file. It is read each time, so that a move is seen at once.
#[derive(Debug)]
pub struct MovedClock {
    file: PathBuf,
}

impl MovedClock {
    /// The clock that the environment names.
    pub fn of_environment() -> Option<Self> {
        std::env::var_os(VARIABLE).map(|file| Self { file: file.into() })
    }
}

impl Clock for MovedClock {
    fn now(&self) -> Timestamp {
        let ahead = std::fs::read_to_string(&self.file).ok().and_then(|text| text.trim().parse().ok());
        SystemClock.now().plus_seconds(ahead.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_moves_it() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let clock = MovedClock { file: file.path().to_owned() };
        let before = clock.now();
        std::fs::write(file.path(), "86400").unwrap();
        assert!((86_400..86_410).contains(&clock.now().seconds_since(before)));
    }
}
