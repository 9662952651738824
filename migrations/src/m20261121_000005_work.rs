//! Plans, jobs and idempotency keys.

crate::dialect::step!(
    "m20261121_000005_work",
    "
CREATE TABLE plans (
    id {uuid} NOT NULL PRIMARY KEY,
    owner_id {uuid},
    content TEXT NOT NULL,
    digest TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    job_id {uuid}
)
;
CREATE INDEX plans_by_expiry ON plans (expires_at)
;
CREATE TABLE plan_rows (
    plan_id {uuid} NOT NULL REFERENCES plans (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    target_id {uuid} NOT NULL,
    label TEXT NOT NULL,
    PRIMARY KEY (plan_id, position)
)
;
CREATE TABLE jobs (
    id {uuid} NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    action TEXT NOT NULL,
    state TEXT NOT NULL,
    total BIGINT NOT NULL,
    cancel_requested BOOLEAN NOT NULL,
    plan_id {uuid},
    retry_of {uuid},
    created_by {uuid},
    created_by_name TEXT NOT NULL,
    session_id {uuid},
    address TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    request_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    finished_at BIGINT NOT NULL,
    lease_until BIGINT NOT NULL
)
;
CREATE INDEX jobs_by_creation ON jobs (created_at, id)
;
CREATE INDEX jobs_of_owner ON jobs (created_by, created_at, id)
;
CREATE INDEX jobs_open ON jobs (created_at) WHERE finished_at = 0
;
CREATE TABLE job_rows (
    job_id {uuid} NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    target_id {uuid} NOT NULL,
    label TEXT NOT NULL,
    outcome TEXT NOT NULL,
    code TEXT,
    message TEXT,
    PRIMARY KEY (job_id, position)
)
;
CREATE INDEX job_rows_by_outcome ON job_rows (job_id, outcome, position)
;
CREATE TABLE idempotency_keys (
    key_hash {bytes} NOT NULL PRIMARY KEY,
    body_hash {bytes} NOT NULL,
    applied BOOLEAN NOT NULL,
    response TEXT,
    created_at BIGINT NOT NULL,
    lease_until BIGINT NOT NULL
)
;
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at)
",
    "
DROP TABLE idempotency_keys
;
DROP TABLE job_rows
;
DROP TABLE jobs
;
DROP TABLE plan_rows
;
DROP TABLE plans
"
);
