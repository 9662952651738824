//! The map: groups in the order of the operator's questions, each page with the permission that opens it.

use quarterdeck_domain::Permission;

use crate::{i18n::text, ui::icon::Icon};

/// A page of the map.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// Its name.
    pub label: fn() -> &'static str,
    /// Its address.
    pub href: &'static str,
    /// Its icon.
    pub icon: Icon,
    /// What opens it, any of them: held on more than what is one's own.
    pub permissions: &'static [Permission],
}

/// A group of pages.
#[derive(Debug, Clone, Copy)]
pub struct Group {
    /// Its name; the first group has none.
    pub label: Option<fn() -> &'static str>,
    /// Its pages.
    pub places: &'static [Place],
}

/// What starts jobs. Everybody may read their own, but who can start none has none to see.
pub const STARTING_JOBS: &[Permission] = &[
    Permission::UserCreate,
    Permission::UserDelete,
    Permission::UserSuspend,
    Permission::UserAssignRoles,
    Permission::UserMove,
    Permission::BinPurge,
    Permission::SessionRevoke,
    Permission::OrganizationDelete,
    Permission::GroupManageMembers,
    Permission::GroupUpdate,
    Permission::GroupDelete,
    Permission::AllocationManage,
];

/// The map.
pub const GROUPS: &[Group] = &[
    Group {
        label: None,
        places: &[Place {
            label: text::frame::overview,
            href: "/",
            icon: Icon::Overview,
            permissions: &[Permission::OverviewRead],
        }],
    },
    Group {
        label: Some(text::frame::people),
        places: &[
            Place {
                label: text::frame::users,
                href: "/users",
                icon: Icon::Users,
                permissions: &[Permission::UserRead],
            },
            Place {
                label: text::frame::organizations,
                href: "/organizations",
                icon: Icon::Organization,
                permissions: &[Permission::OrganizationRead],
            },
            Place {
                label: text::frame::groups,
                href: "/groups",
                icon: Icon::Group,
                permissions: &[Permission::GroupRead],
            },
            Place { label: text::frame::roles, href: "/roles", icon: Icon::Role, permissions: &[Permission::RoleRead] },
            Place {
                label: text::frame::sessions,
                href: "/sessions",
                icon: Icon::Session,
                permissions: &[Permission::SessionRead],
            },
            Place {
                label: text::frame::api_keys,
                href: "/api-keys",
                icon: Icon::Key,
                permissions: &[Permission::ApiKeyRead],
            },
            Place {
                label: text::frame::credentials,
                href: "/credentials",
                icon: Icon::Lock,
                permissions: &[Permission::CredentialRead],
            },
            Place {
                label: text::frame::provider_keys,
                href: "/provider-keys",
                icon: Icon::Plug,
                permissions: &[Permission::ProviderKeyRead],
            },
            Place {
                label: text::frame::access,
                href: "/access",
                icon: Icon::Shield,
                permissions: &[Permission::AccessExplain],
            },
            Place {
                label: text::frame::departures,
                href: "/departures",
                icon: Icon::SignOut,
                permissions: &[Permission::BinRead],
            },
            Place { label: text::frame::bin, href: "/bin", icon: Icon::Trash, permissions: &[Permission::BinRead] },
        ],
    },
    Group {
        label: Some(text::frame::work),
        places: &[Place { label: text::frame::jobs, href: "/jobs", icon: Icon::Jobs, permissions: STARTING_JOBS }],
    },
    Group {
        label: Some(text::frame::signals),
        places: &[Place {
            label: text::frame::audit,
            href: "/audit",
            icon: Icon::Audit,
            permissions: &[Permission::AuditRead],
        }],
    },
    Group {
        label: Some(text::frame::platform),
        places: &[Place {
            label: text::frame::settings,
            href: "/settings",
            icon: Icon::Settings,
            permissions: &[Permission::SettingRead],
        }],
    },
];

/// Whether the page at `href` is open when `path` is: itself or something below it.
#[must_use]
pub fn is_open(href: &str, path: &str) -> bool {
    path == href || (href != "/" && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')))
}

/// The groups with the pages that `reaches` opens; groups without any are left out.
pub fn visible(reaches: impl Fn(Permission) -> bool) -> Vec<(Group, Vec<Place>)> {
    GROUPS
        .iter()
        .map(|group| {
            (
                *group,
                group
                    .places
                    .iter()
                    .copied()
                    .filter(|place| place.permissions.iter().any(|permission| reaches(*permission)))
                    .collect::<Vec<_>>(),
            )
        })
        .filter(|(_, places)| !places.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use quarterdeck_domain::plans::PlanKind;

    #[test]
    fn groups_without_an_openable_page_are_not_shown() {
        let groups = visible(|permission| permission == Permission::UserRead);
        assert_eq!(groups.len(), 1);
        assert!(visible(|_| false).is_empty());
        assert!(GROUPS.len() <= 7);
    }

    #[test]
    fn who_can_start_a_job_sees_the_jobs() {
        // Whoever deletes the own account sees nothing afterwards.
        for kind in PlanKind::ALL.iter().filter(|kind| **kind != PlanKind::DeleteOwnAccount) {
            assert!(STARTING_JOBS.contains(&kind.permission()), "{kind}");
        }
        let own = visible(|permission| matches!(permission, Permission::JobRead | Permission::JobControl));
        assert!(own.is_empty());
    }

    #[test]
    fn a_detail_page_keeps_its_list_open() {
        assert!(is_open("/users", "/users/1/access") && is_open("/", "/"));
        assert!(!is_open("/users", "/users-of-old") && !is_open("/", "/users"));
    }
}
