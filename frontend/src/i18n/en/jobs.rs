//! Words of jobs.

use crate::i18n::texts;

texts! {
    id = "job id";
    kind = "Job";
    state = "State";
    rows = "Rows";
    row = "Row";
    failed = "Failed";
    outcome = "Outcome";
    message = "Why";
    done_of(done, total) = "{done} of {total}";
    started_by = "Started by";
    started = "Started";
    ended = "Ended";
    retry_of = "Retries an earlier job";
    cancel = "Cancel the job";
    cancelling = "Cancelling…";
    show_failed[count] = "Show the one that failed" | "Show the {count} that failed";
    export_rows = "Export outcomes";
    empty = "No jobs yet";
    empty_words = "A bulk act over more than 100 rows becomes a job. It survives a restart, and shows the outcome of each row.";
}
