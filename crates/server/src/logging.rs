//! Logs on the standard error, as lines for people or as JSON for collectors.

use std::{io, panic};

use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::{EnvFilter, fmt};

use crate::{cli::LogFormat, config::Config, failure::Failure};

/// Lines that may wait for a slow reader; further ones are dropped, so that nobody's terminal can stop the server.
const WAITING_LINES: usize = 20_000;

/// Keeps the writer alive; dropping it writes what waits.
pub struct Logging {
    _guard: Option<WorkerGuard>,
}

/// Starts the logs of a server.
///
/// # Errors
/// When the filter is none.
pub fn start(config: &Config) -> Result<Logging, Failure> {
    let filter = filter(&config.log)?;
    let (writer, guard) =
        NonBlockingBuilder::default().lossy(true).buffered_lines_limit(WAITING_LINES).finish(io::stderr());
    let builder = fmt().with_env_filter(filter).with_writer(writer).with_ansi(false);
    match config.log_format {
        LogFormat::Text => builder.init(),
        LogFormat::Json => builder.json().flatten_event(true).with_current_span(false).init(),
    }
    tell_panics();
    Ok(Logging { _guard: Some(guard) })
}

/// Logs of a command: only what the operator has to know, unless a filter asks for more.
///
/// # Errors
/// When the filter is none.
pub fn start_for_command(config: &Config, asked: bool) -> Result<Logging, Failure> {
    let filter = if asked { filter(&config.log)? } else { EnvFilter::new("warn") };
    fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(false).without_time().init();
    Ok(Logging { _guard: None })
}

fn filter(text: &str) -> Result<EnvFilter, Failure> {
    EnvFilter::try_new(text).map_err(|error| {
        Failure::new(format!("the log filter {text:?} is none: {error}; as info, or warn,quarterdeck_app=debug"))
    })
}

/// A panic is a fault of ours; it belongs into the logs, where people look for it.
fn tell_panics() {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let words = panic.payload_as_str().unwrap_or("without words");
        tracing::error!(place, "panic: {words}");
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_that_is_none_is_named() {
        assert!(filter("info,quarterdeck_app=debug").is_ok());
        let words = filter("quarterdeck_app=loud").unwrap_err().to_string();
        assert!(words.contains("quarterdeck_app=loud"), "{words}");
    }
}
