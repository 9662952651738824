//! The tables that have views, and what their lists take.

use std::str::FromStr;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::ViewQuery;
use crate::{
    Error, FieldError, Permission, Result,
    allocations::{EntryFilter, EntrySort},
    api_keys::{ApiKeyFilter, ApiKeySort},
    audit::{AuditFilter, AuditSort},
    bin::{BinFilter, BinSort},
    credentials::{CredentialFilter, CredentialSort},
    departures::{DepartureFilter, DepartureSort},
    groups::{GroupFilter, GroupSort, MemberFilter, MemberSort, UserGroupFilter, UserGroupSort},
    jobs::{JobFilter, JobRowFilter, JobRowSort, JobSort},
    names::named,
    organizations::{OrganizationFilter, OrganizationSort},
    page::Sort,
    role_grants::{RoleGrantFilter, RoleGrantSort},
    roles::{RoleFilter, RoleSort},
    sessions::{SessionFilter, SessionSort},
    text,
    users::{UserFilter, UserSort},
};

named! {
    /// A table of the console. A view of one is a request of its list.
    ViewTable {
        /// Users.
        Users = "users",
        /// Sessions of all.
        Sessions = "sessions",
        /// Sessions of one user.
        UserSessions = "user_sessions",
        /// Roles.
        Roles = "roles",
        /// Grants of roles to one user.
        UserRoleGrants = "user_role_grants",
        /// Organizations.
        Organizations = "organizations",
        /// Groups.
        Groups = "groups",
        /// Members of one group.
        GroupMembers = "group_members",
        /// Groups of one user.
        UserGroups = "user_groups",
        /// The ledger of one group's allocation.
        Ledger = "ledger",
        /// API keys of all.
        ApiKeys = "api_keys",
        /// API keys of one user.
        UserApiKeys = "user_api_keys",
        /// Own API keys.
        OwnApiKeys = "own_api_keys",
        /// The inventory of credentials.
        Credentials = "credentials",
        /// Audit events.
        AuditEvents = "audit_events",
        /// Audit events of the own account.
        OwnAuditEvents = "own_audit_events",
        /// Jobs.
        Jobs = "jobs",
        /// Rows of one job.
        JobRows = "job_rows",
        /// The bin.
        Bin = "bin",
        /// Those who left.
        Departures = "departures",
    }
}

impl ViewTable {
    /// The permission to see the table. Who lacks it sees no views of it.
    #[must_use]
    pub const fn permission(self) -> Permission {
        match self {
            Self::Users => Permission::UserRead,
            Self::Sessions | Self::UserSessions => Permission::SessionRead,
            Self::Roles | Self::UserRoleGrants => Permission::RoleRead,
            Self::Organizations => Permission::OrganizationRead,
            Self::Groups | Self::UserGroups => Permission::GroupRead,
            Self::GroupMembers => Permission::GroupReadMembers,
            Self::Ledger => Permission::AllocationRead,
            Self::ApiKeys | Self::UserApiKeys | Self::OwnApiKeys => Permission::ApiKeyRead,
            Self::Credentials => Permission::CredentialRead,
            Self::AuditEvents => Permission::AuditRead,
            Self::OwnAuditEvents => Permission::ProfileRead,
            Self::Jobs | Self::JobRows => Permission::JobRead,
            Self::Bin | Self::Departures => Permission::BinRead,
        }
    }

    /// Checks that the list takes `query`: it is read by the types that read the requests of the list.
    ///
    /// # Errors
    /// `Invalid` at each parameter that the list would refuse.
    pub fn check(self, query: &ViewQuery) -> Result<()> {
        match self {
            Self::Users => taken::<UserFilter, UserSort>(query, UserFilter::check),
            Self::Sessions | Self::UserSessions => taken::<SessionFilter, SessionSort>(query, SessionFilter::check),
            Self::Roles => taken::<RoleFilter, RoleSort>(query, RoleFilter::check),
            Self::UserRoleGrants => taken::<RoleGrantFilter, RoleGrantSort>(query, |_| Ok(())),
            Self::Organizations => {
                taken::<OrganizationFilter, OrganizationSort>(query, |filter| text::check_query(filter.q.as_deref()))
            }
            Self::Groups => taken::<GroupFilter, GroupSort>(query, GroupFilter::check),
            Self::GroupMembers => taken::<MemberFilter, MemberSort>(query, MemberFilter::check),
            Self::UserGroups => taken::<UserGroupFilter, UserGroupSort>(query, |_| Ok(())),
            Self::Ledger => taken::<EntryFilter, EntrySort>(query, |_| Ok(())),
            Self::ApiKeys | Self::UserApiKeys | Self::OwnApiKeys => {
                taken::<ApiKeyFilter, ApiKeySort>(query, ApiKeyFilter::check)
            }
            Self::Credentials => taken::<CredentialFilter, CredentialSort>(query, CredentialFilter::check),
            Self::AuditEvents | Self::OwnAuditEvents => taken::<AuditFilter, AuditSort>(query, AuditFilter::check),
            Self::Jobs => taken::<JobFilter, JobSort>(query, |_| Ok(())),
            Self::JobRows => taken::<JobRowFilter, JobRowSort>(query, |_| Ok(())),
            Self::Bin => taken::<BinFilter, BinSort>(query, BinFilter::check),
            Self::Departures => taken::<DepartureFilter, DepartureSort>(query, DepartureFilter::check),
        }
    }
}

/// Checks that `query` is a filter `F` and a sort by `K`, and what `check` asks of the filter beside that.
fn taken<F: DeserializeOwned, K: FromStr>(query: &ViewQuery, check: impl Fn(&F) -> Result<()>) -> Result<()> {
    let is_taken = |(name, value): &(&String, &String)| match name.as_str() {
        "sort" => value.parse::<Sort<K>>().is_ok(),
        _ => filter::<F>([(*name, *value)]).is_some(),
    };
    let fault = |(name, _): (&String, &String)| {
        FieldError::new(pointer(name), "format", "must be a parameter of this table with a value that it takes")
    };
    let faults: Vec<FieldError> = query.iter().filter(|pair| !is_taken(pair)).map(fault).collect();
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let whole = filter::<F>(query.iter().filter(|(name, _)| *name != "sort"));
    let whole = whole.ok_or_else(|| Error::field("/query", "format", "must be what the table takes together"))?;
    check(&whole).map_err(within)
}

fn filter<'a, F: DeserializeOwned>(pairs: impl IntoIterator<Item = (&'a String, &'a String)>) -> Option<F> {
    let texts = pairs.into_iter().map(|(name, value)| (name.clone(), Value::String(value.clone())));
    serde_json::from_value(Value::Object(texts.collect::<Map<_, _>>())).ok()
}

/// Faults of a filter as faults of the query that it stands in.
fn within(error: Error) -> Error {
    match error {
        Error::Invalid(faults) => Error::Invalid(
            faults
                .into_iter()
                .map(|fault| FieldError { pointer: format!("/query{}", fault.pointer), ..fault })
                .collect(),
        ),
        other => other,
    }
}

/// The pointer to a parameter (RFC 6901, section 3).
fn pointer(name: &str) -> String {
    format!("/query/{}", name.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(table: ViewTable, query: &[(&str, &str)]) -> Vec<String> {
        let query = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        match table.check(&query) {
            Ok(()) => Vec::new(),
            Err(Error::Invalid(faults)) => faults.into_iter().map(|fault| fault.pointer).collect(),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_view_is_a_request_that_the_list_takes() {
        let nothing: [&str; 0] = [];
        assert_eq!(faults(ViewTable::Users, &[("status", "suspended"), ("sort", "-last_login_at")]), nothing);
        assert_eq!(faults(ViewTable::Credentials, &[("is_capped", "true"), ("unused_days", "90")]), nothing);
        for table in ViewTable::ALL {
            assert_eq!(faults(*table, &[]), nothing, "{table}");
            assert_eq!(faults(*table, &[("cursor", "x")]), ["/query/cursor"], "{table}");
            assert_eq!(faults(*table, &[("limit", "7")]), ["/query/limit"], "{table}");
            assert_eq!(faults(*table, &[("sort", "shoe_size")]), ["/query/sort"], "{table}");
        }
        assert_eq!(
            faults(ViewTable::Users, &[("a/b~", "x"), ("status", "asleep")]),
            ["/query/a~1b~0", "/query/status"]
        );
        assert_eq!(faults(ViewTable::Users, &[("q", &"x".repeat(201))]), ["/query/q"]);
        assert_eq!(faults(ViewTable::Credentials, &[("unused_days", "0")]), ["/query/unused_days"]);
    }
}
