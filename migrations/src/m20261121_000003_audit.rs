//! Audit events, with their place in the chain once they have one.

crate::dialect::step!(
    "m20261121_000003_audit",
    "
CREATE TABLE audit_events (
    id {uuid} NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    action TEXT NOT NULL,
    outcome TEXT NOT NULL,
    permission TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id {uuid},
    actor_label TEXT NOT NULL,
    target_kind TEXT NOT NULL,
    target_id TEXT NOT NULL,
    target_label TEXT NOT NULL,
    organization_id {uuid},
    reason TEXT NOT NULL,
    changes TEXT NOT NULL,
    address TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    request_id TEXT NOT NULL,
    session_id {uuid},
    sequence BIGINT,
    hash TEXT
)
;
CREATE UNIQUE INDEX audit_events_chain ON audit_events (sequence) WHERE sequence IS NOT NULL
;
CREATE INDEX audit_events_unsealed ON audit_events (at, id) WHERE sequence IS NULL
;
CREATE INDEX audit_events_by_time ON audit_events (at, id)
;
CREATE INDEX audit_events_of_actor ON audit_events (actor_id, at, id)
;
CREATE INDEX audit_events_of_target ON audit_events (target_id, at, id)
;
CREATE INDEX audit_events_of_organization ON audit_events (organization_id, at, id)
;
CREATE INDEX audit_events_of_action ON audit_events (action, at, id)
;
CREATE INDEX audit_events_of_request ON audit_events (request_id)
",
    "
DROP TABLE audit_events
"
);
