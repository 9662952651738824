//! Departures in words, and what the form of one says. Plain Rust.

use quarterdeck_client::ClientError;
use quarterdeck_domain::departures::{
    AccountFate, DepartureState, DepartureStep, DepartureStepKind, OwnedFate, OwnedKind,
};

use crate::{
    i18n::text,
    ui::{icon::Icon, pill::Tone},
};

/// Where the faults of the form may be: below the act, or below the form of the act.
const WITHIN: [&str; 2] = ["/action/offboarding", "/offboarding"];

/// The same refusal, with its faults at the fields of the form.
#[must_use]
pub fn at_fields(error: ClientError) -> ClientError {
    let ClientError::Problem(mut problem) = error else { return error };
    for fault in &mut problem.errors {
        if let Some(rest) = WITHIN.iter().find_map(|prefix| fault.pointer.strip_prefix(prefix)) {
            fault.pointer = rest.to_owned();
        }
    }
    ClientError::Problem(problem)
}

/// What becomes of an account, as a choice.
#[must_use]
pub fn account_fate(fate: AccountFate) -> &'static str {
    match fate {
        AccountFate::Suspend => text::departures::fate_suspend(),
        AccountFate::Bin => text::departures::fate_bin(),
        AccountFate::Delete => text::departures::fate_delete(),
    }
}

/// What that means.
#[must_use]
pub fn account_fate_help(fate: AccountFate) -> &'static str {
    match fate {
        AccountFate::Suspend => text::departures::fate_suspend_help(),
        AccountFate::Bin => text::departures::fate_bin_help(),
        AccountFate::Delete => text::departures::fate_delete_help(),
    }
}

/// What became of an account.
#[must_use]
pub fn account_became(fate: AccountFate) -> (&'static str, Tone, Icon) {
    match fate {
        AccountFate::Suspend => (text::departures::was_suspended(), Tone::Warn, Icon::Pause),
        AccountFate::Bin => (text::departures::was_binned(), Tone::Quiet, Icon::Trash),
        AccountFate::Delete => (text::departures::was_deleted(), Tone::Bad, Icon::Trash),
    }
}

/// How an account stands today.
#[must_use]
pub fn state(state: DepartureState) -> (&'static str, Tone, Icon) {
    match state {
        DepartureState::Present => (text::departures::state_present(), Tone::Accent, Icon::User),
        DepartureState::InBin => (text::departures::state_in_bin(), Tone::Warn, Icon::Trash),
        DepartureState::Gone => (text::departures::state_gone(), Tone::Quiet, Icon::Close),
    }
}

/// What is kept, by what becomes of the account.
#[must_use]
pub fn kept_words(fate: AccountFate) -> &'static str {
    match fate {
        AccountFate::Suspend => text::departures::kept_suspended(),
        AccountFate::Bin => text::departures::kept_in_bin(),
        AccountFate::Delete => text::departures::kept_of_deleted(),
    }
}

/// Things of a kind.
#[must_use]
pub fn owned_kind(kind: OwnedKind) -> &'static str {
    match kind {
        OwnedKind::ApiKey => text::departures::api_keys(),
        OwnedKind::ProviderKey => text::departures::provider_keys(),
        OwnedKind::Membership => text::departures::memberships(),
        OwnedKind::SavedView => text::departures::saved_views(),
    }
}

/// What becomes of things of a kind.
#[must_use]
pub fn owned_fate(kind: OwnedKind, fate: OwnedFate) -> &'static str {
    match (fate, kind) {
        (OwnedFate::Delete, OwnedKind::ApiKey) => text::departures::fate_revoke(),
        (OwnedFate::Delete, OwnedKind::Membership) => text::departures::fate_end(),
        (OwnedFate::Delete, OwnedKind::ProviderKey | OwnedKind::SavedView) => text::departures::fate_delete_things(),
        (OwnedFate::Transfer, _) => text::departures::fate_transfer(),
        (OwnedFate::Keep, _) => text::departures::fate_keep(),
    }
}

/// A step in words, with its icon.
#[must_use]
pub fn step(step: DepartureStep) -> (String, Icon) {
    use DepartureStepKind as K;
    use text::departures as t;
    let count = step.count;
    match step.kind {
        K::DataExported => (t::step_data_exported(count), Icon::Download),
        K::SessionsEnded => (t::step_sessions_ended(count), Icon::Session),
        K::ApiKeysRevoked => (t::step_api_keys_revoked(count), Icon::Key),
        K::ApiKeysKept => (t::step_api_keys_kept(count), Icon::Key),
        K::ProviderKeysDeleted => (t::step_provider_keys_deleted(count), Icon::Plug),
        K::ProviderKeysKept => (t::step_provider_keys_kept(count), Icon::Plug),
        K::MembershipsEnded => (t::step_memberships_ended(count), Icon::Group),
        K::MembershipsTransferred => (t::step_memberships_transferred(count), Icon::Group),
        K::MembershipsKept => (t::step_memberships_kept(count), Icon::Group),
        K::SavedViewsDeleted => (t::step_saved_views_deleted(count), Icon::Bookmark),
        K::SavedViewsTransferred => (t::step_saved_views_transferred(count), Icon::Bookmark),
        K::SavedViewsKept => (t::step_saved_views_kept(count), Icon::Bookmark),
        K::AccountSuspended => (t::step_account_suspended().to_owned(), Icon::Pause),
        K::AccountBinned => (t::step_account_binned().to_owned(), Icon::Trash),
        K::AccountDeleted => (t::step_account_deleted().to_owned(), Icon::Trash),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quarterdeck_domain::{Error, FieldError, Problem};

    #[test]
    fn faults_stand_at_the_fields_of_the_form() {
        for prefix in ["", "/offboarding", "/action/offboarding"] {
            let fault = FieldError::new(format!("{prefix}/hand_over_to"), "required", "must name who takes over");
            let problem = Problem::new(&Error::Invalid(vec![fault]), "", "");
            let ClientError::Problem(told) = at_fields(ClientError::Problem(Box::new(problem))) else { panic!() };
            assert_eq!(told.errors[0].pointer, "/hand_over_to");
        }
    }

    #[test]
    fn every_step_is_told_with_its_number() {
        for kind in DepartureStepKind::ALL {
            let (words, _) = step(DepartureStep { kind: *kind, count: 14 });
            let is_of_account = kind.name().starts_with("account");
            assert!(is_of_account != words.contains("14") && !words.contains(['{', '_']), "{words}");
        }
    }
}
