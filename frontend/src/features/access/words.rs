//! Words for what an explanation says.

use quarterdeck_domain::access::{AccessChange, AccessChangeKind, AccessRule, ReachKind, StepOutcome, Verdict};

use crate::{
    i18n::{text, words},
    ui::{icon::Icon, pill::Tone},
};

/// Whether `who` may do what `permission` names.
pub(super) fn verdict(verdict: Verdict, who: &str, permission: &str) -> String {
    match verdict {
        Verdict::Allowed => text::access::allowed(who, permission),
        Verdict::Forbidden => text::access::forbidden(who, permission),
        Verdict::Hidden => text::access::hidden(who, permission),
        Verdict::SignedOut => text::access::signed_out(who),
    }
}

pub(super) const fn verdict_look(verdict: Verdict) -> (Tone, Icon) {
    match verdict {
        Verdict::Allowed => (Tone::Good, Icon::Done),
        Verdict::Forbidden | Verdict::Hidden | Verdict::SignedOut => (Tone::Bad, Icon::Stop),
    }
}

pub(super) fn rule(rule: AccessRule) -> &'static str {
    match rule {
        AccessRule::Status => text::access::rule_status(),
        AccessRule::Scope => text::access::rule_scope(),
        AccessRule::Role => text::access::rule_role(),
        AccessRule::OrganizationRole => text::access::rule_organization_role(),
        AccessRule::RoleGrant => text::access::rule_role_grant(),
        AccessRule::Own => text::access::rule_own(),
        AccessRule::Reach => text::access::rule_reach(),
        AccessRule::PrivilegedAccount => text::access::rule_privileged_account(),
        AccessRule::KeyTakesOver => text::access::rule_key_takes_over(),
        AccessRule::Impersonation => text::access::rule_impersonation(),
        AccessRule::Authentication => text::access::rule_authentication(),
    }
}

pub(super) fn outcome(outcome: StepOutcome) -> (Tone, Icon, &'static str) {
    match outcome {
        StepOutcome::Passes => (Tone::Good, Icon::Check, text::access::passes()),
        StepOutcome::Fails => (Tone::Bad, Icon::Close, text::access::fails()),
        StepOutcome::Silent => (Tone::Quiet, Icon::Dot, text::access::silent()),
    }
}

pub(super) fn reach(reach: ReachKind) -> &'static str {
    match reach {
        ReachKind::Platform => text::access::reach_platform(),
        ReachKind::Organization => text::access::reach_organization(),
        ReachKind::Group => text::access::reach_group(),
        ReachKind::Own => text::access::reach_own(),
    }
}

pub(super) fn change(change: AccessChange) -> String {
    let role = change.role.map(words::role).unwrap_or_default();
    match change.kind {
        AccessChangeKind::ActivateUser => text::access::activate_user().to_owned(),
        AccessChangeKind::SuspendUser => text::access::suspend_user().to_owned(),
        AccessChangeKind::AddScope => text::access::add_scope().to_owned(),
        AccessChangeKind::RemoveScope => text::access::remove_scope().to_owned(),
        AccessChangeKind::GiveRole => text::access::give_role(role),
        AccessChangeKind::TakeRole => text::access::take_role(role),
        AccessChangeKind::RevokeGrant => text::access::revoke_grant().to_owned(),
        AccessChangeKind::LeaveGroup => text::access::leave_group().to_owned(),
        AccessChangeKind::SignIn => text::access::sign_in().to_owned(),
        AccessChangeKind::ActAsOneself => text::access::act_as_oneself().to_owned(),
        AccessChangeKind::StepUp => text::access::step_up().to_owned(),
    }
}
