//! Words for what an act counts.

use quarterdeck_domain::plans::{CountKind, KindCount};

use crate::i18n::text;

/// A number of what an act counts: "3 sessions".
#[must_use]
pub fn counted(kind: CountKind, count: u64) -> String {
    match kind {
        CountKind::User => text::plans::users(count),
        CountKind::PrivilegedAccount => text::plans::privileged(count),
        CountKind::Session => text::plans::sessions(count),
        CountKind::Organization => text::plans::organizations(count),
        CountKind::Member => text::plans::members(count),
        CountKind::Role => text::plans::roles(count),
        CountKind::ResetLink => text::plans::reset_links(count),
        CountKind::ApiKey => text::plans::api_keys(count),
        CountKind::ProviderKey => text::plans::provider_keys(count),
        CountKind::SavedView => text::plans::saved_views(count),
        CountKind::BinItem => text::plans::bin_items(count),
        CountKind::Avatar => text::plans::avatars(count),
        CountKind::Group => text::plans::groups(count),
        CountKind::Membership => text::plans::memberships(count),
        CountKind::LedgerEntry => text::plans::ledger_entries(count),
        CountKind::Reservation => text::plans::reservations(count),
    }
}

/// What an act counts, for a list of counts.
#[must_use]
pub fn count_kind(kind: CountKind, count: u64) -> String {
    match kind {
        CountKind::User => text::plans::kind_users(count),
        CountKind::PrivilegedAccount => text::plans::kind_privileged(count),
        CountKind::Session => text::plans::kind_sessions(count),
        CountKind::Organization => text::plans::kind_organizations(count),
        CountKind::Member => text::plans::kind_members(count),
        CountKind::Role => text::plans::kind_roles(count),
        CountKind::ResetLink => text::plans::kind_reset_links(count),
        CountKind::ApiKey => text::plans::kind_api_keys(count),
        CountKind::ProviderKey => text::plans::kind_provider_keys(count),
        CountKind::SavedView => text::plans::kind_saved_views(count),
        CountKind::BinItem => text::plans::kind_bin_items(count),
        CountKind::Avatar => text::plans::kind_avatars(count),
        CountKind::Group => text::plans::kind_groups(count),
        CountKind::Membership => text::plans::kind_memberships(count),
        CountKind::LedgerEntry => text::plans::kind_ledger_entries(count),
        CountKind::Reservation => text::plans::kind_reservations(count),
    }
}

/// The same where it is not lost: it waits in the bin, or goes to somebody else.
#[must_use]
pub fn whole_kind(kind: CountKind, count: u64) -> String {
    match kind {
        CountKind::Role => text::plans::whole_roles(count),
        CountKind::ApiKey => text::plans::whole_api_keys(count),
        CountKind::ProviderKey => text::plans::whole_provider_keys(count),
        CountKind::SavedView => text::plans::whole_saved_views(count),
        CountKind::Membership => text::plans::whole_memberships(count),
        CountKind::LedgerEntry => text::plans::whole_ledger_entries(count),
        CountKind::Reservation => text::plans::whole_reservations(count),
        other => count_kind(other, count),
    }
}

/// Several of them, of which there are any: "2 roles, 1 API key".
#[must_use]
pub fn all_counted(counts: &[KindCount]) -> String {
    let some = counts.iter().filter(|count| count.count > 0).map(|count| counted(count.kind, count.count));
    some.collect::<Vec<_>>().join(", ")
}
