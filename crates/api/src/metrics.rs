//! What `/metrics` tells of the requests. Every counter is looked up once at the start: a request costs two atomic adds.

use std::time::{Duration, Instant};

use actix_web::http::{Method, StatusCode};
use prometheus_client::{
    encoding::text::encode,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};
use quarterdeck_domain::{
    health::{CheckOutcome, Health},
    overview::OverviewCounts,
};

use crate::process;

/// Class of a request: what its cost depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Reads of the API.
    Read,
    /// Changes through the API.
    Write,
    /// Signing in and out.
    Auth,
    /// The stream of live changes; it lasts as long as it is open.
    Stream,
    /// Console, documents, health.
    Other,
}

impl Class {
    const ALL: [Self; 5] = [Self::Read, Self::Write, Self::Auth, Self::Stream, Self::Other];

    const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Auth => "auth",
            Self::Stream => "stream",
            Self::Other => "other",
        }
    }

    /// The class of a request.
    #[must_use]
    pub fn of(method: &Method, path: &str) -> Self {
        match path.strip_prefix("/api/v1/") {
            None => Self::Other,
            Some("events") => Self::Stream,
            Some(rest) if rest.starts_with("auth/") => Self::Auth,
            Some(_) if method == Method::GET => Self::Read,
            Some(_) => Self::Write,
        }
    }
}

/// First digits of statuses.
const STATUSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// Upper bounds of the buckets, in seconds.
const BUCKETS: [f64; 12] = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];

type Labels = [(&'static str, &'static str); 2];
type Label = [(&'static str, &'static str); 1];

/// Counters and histograms of the process.
pub struct Metrics {
    registry: Registry,
    counts: Vec<[Counter; 5]>,
    durations: Vec<Histogram>,
    started: Instant,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("quarterdeck");
        let counts = Family::<Labels, Counter>::default();
        let durations = Family::<Label, Histogram>::new_with_constructor(|| Histogram::new(BUCKETS));
        registry.register("http_requests", "Requests answered, by class of route and status", counts.clone());
        registry.register_with_unit(
            "http_request_duration",
            "Time from the head of a request to the head of its answer, by class of route",
            Unit::Seconds,
            durations.clone(),
        );
        let class_counts = |class: Class| {
            STATUSES.map(|status| counts.get_or_create(&[("class", class.name()), ("status", status)]).clone())
        };
        Self {
            counts: Class::ALL.map(class_counts).to_vec(),
            durations: Class::ALL.map(|class| durations.get_or_create(&[("class", class.name())]).clone()).to_vec(),
            registry,
            started: Instant::now(),
        }
    }
}

impl Metrics {
    /// Counts a request and the time that it took.
    pub fn record(&self, class: Class, status: StatusCode, duration: Duration) {
        self.count(class, status);
        if let Some(histogram) = self.durations.get(class as usize) {
            histogram.observe(duration.as_secs_f64());
        }
    }

    /// Counts a request whose head was refused: nobody knows when it began.
    pub fn record_refusal(&self, status: StatusCode) {
        self.count(Class::Other, status);
    }

    fn count(&self, class: Class, status: StatusCode) {
        let status = usize::from(status.as_u16() / 100).saturating_sub(1).min(STATUSES.len() - 1);
        if let Some(counter) = self.counts.get(class as usize).and_then(|counts| counts.get(status)) {
            counter.inc();
        }
    }

    /// The text format of OpenMetrics: the requests, and what is read of the platform and the process for it.
    ///
    /// # Errors
    /// None in practice: a text is written to.
    pub fn text(&self, counts: &OverviewCounts, health: &Health) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.present(counts, health))?;
        let end = "# EOF\n";
        text.truncate(text.len().saturating_sub(end.len()));
        encode(&mut text, &self.registry)?;
        Ok(text)
    }

    /// What is true at this moment.
    fn present(&self, counts: &OverviewCounts, health: &Health) -> Registry {
        let mut registry = Registry::with_prefix("quarterdeck");
        let mut gauge = |name: &str, help: &str, value: u64| {
            let gauge = Gauge::<i64>::default();
            gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
            registry.register(name, help, gauge);
        };
        gauge("users", "Users", counts.users);
        gauge("active_users", "Users who may sign in", counts.active_users);
        gauge("organizations", "Organizations", counts.organizations);
        gauge("sessions", "Sessions that have not ended", counts.sessions);
        gauge("open_jobs", "Jobs that wait or run", counts.open_jobs);
        gauge("uptime_seconds", "Seconds since the process began", self.started.elapsed().as_secs());
        let usage = process::usage();
        gauge("resident_memory_bytes", "Memory in use", usage.resident_bytes);
        gauge("cpu_milliseconds", "Processor time used", usage.cpu_milliseconds);
        gauge("open_file_descriptors", "Open files and connections", usage.open_files);
        let checks = Family::<[(&'static str, String); 1], Gauge>::default();
        for check in &health.checks {
            let value = i64::from(check.outcome != CheckOutcome::Fail);
            checks.get_or_create(&[("check", check.name.clone())]).set(value);
        }
        registry.register("check", "Whether a check of the platform's condition passes", checks);
        registry
    }
}

#[cfg(test)]
mod tests {
    use quarterdeck_domain::Timestamp;

    use super::*;

    #[test]
    fn requests_are_counted_by_class_and_status() {
        let metrics = Metrics::default();
        let class = Class::of(&Method::GET, "/api/v1/users/7");
        metrics.record(class, StatusCode::OK, Duration::from_millis(2));
        metrics.record(class, StatusCode::NOT_FOUND, Duration::from_millis(2));
        metrics.record(Class::of(&Method::POST, "/api/v1/auth/login"), StatusCode::OK, Duration::from_millis(50));
        let health = Health {
            outcome: CheckOutcome::Pass,
            version: String::new(),
            started_at: Timestamp::EPOCH,
            checks: Vec::new(),
        };
        let text = metrics.text(&OverviewCounts { sessions: 7, ..OverviewCounts::default() }, &health).unwrap();
        for line in [
            "quarterdeck_http_requests_total{class=\"read\",status=\"2xx\"} 1",
            "quarterdeck_http_requests_total{class=\"read\",status=\"4xx\"} 1",
            "quarterdeck_http_requests_total{class=\"auth\",status=\"2xx\"} 1",
            "quarterdeck_http_request_duration_seconds_count{class=\"read\"} 2",
            "quarterdeck_sessions 7",
        ] {
            assert!(text.contains(line), "no {line} in:\n{text}");
        }
        assert_eq!(text.matches("# EOF").count(), 1);
    }
}
