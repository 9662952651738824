//! What the cells of a line say of a user.

use quarterdeck_domain::{
    Error, OrganizationId, Patch, Result, Role,
    roles::Roles,
    user_imports::ImportColumn,
    users::{CreateUser, UpdateUser, UserStatus},
};

use super::file::Cells;

/// What an empty cell leaves open: for a new user as they begin, for others as they are.
pub(super) struct Said<'a>(pub &'a Cells);

impl Said<'_> {
    pub fn text(&self, column: ImportColumn) -> Option<String> {
        self.0.get(&column).cloned()
    }

    fn patch(&self, column: ImportColumn) -> Patch<String> {
        self.text(column).map_or(Patch::Absent, Patch::Value)
    }

    fn roles(&self) -> Result<Option<Roles>> {
        let Some(cell) = self.0.get(&ImportColumn::Roles) else { return Ok(None) };
        let names = cell.split([' ', ',', '|']).filter(|name| !name.is_empty());
        let roles: Result<Roles, _> = names.map(str::parse::<Role>).collect();
        roles.map(Some).map_err(|_| unknown(ImportColumn::Roles, "names a role that there is not", Role::ALL))
    }

    fn status(&self) -> Result<Option<UserStatus>> {
        let Some(cell) = self.0.get(&ImportColumn::Status) else { return Ok(None) };
        let unknown = |_| unknown(ImportColumn::Status, "is no status", UserStatus::ALL);
        cell.parse().map(Some).map_err(unknown)
    }

    /// The new user.
    pub fn new_user(&self, organization_id: Option<OrganizationId>) -> Result<CreateUser> {
        let [first_name, last_name] =
            [ImportColumn::FirstName, ImportColumn::LastName].map(|column| self.text(column).unwrap_or_default());
        let full = || format!("{first_name} {last_name}").trim().to_owned();
        Ok(CreateUser {
            username: self.text(ImportColumn::Username).unwrap_or_default(),
            display_name: self.text(ImportColumn::DisplayName).unwrap_or_else(full),
            first_name,
            last_name,
            email: self.text(ImportColumn::Email),
            roles: self.roles()?.unwrap_or_default(),
            organization_id,
            status: self.status()?.unwrap_or_default(),
            language: self.text(ImportColumn::Language),
            time_zone: self.text(ImportColumn::TimeZone),
            country: self.text(ImportColumn::Country),
            ..CreateUser::default()
        })
    }

    /// The change of a user who is there.
    pub fn change(&self, organization_id: Option<OrganizationId>) -> Result<UpdateUser> {
        Ok(UpdateUser {
            display_name: self.text(ImportColumn::DisplayName),
            first_name: self.text(ImportColumn::FirstName),
            last_name: self.text(ImportColumn::LastName),
            email: self.patch(ImportColumn::Email),
            roles: self.roles()?,
            organization_id: organization_id.map_or(Patch::Absent, Patch::Value),
            status: self.status()?,
            language: self.patch(ImportColumn::Language),
            time_zone: self.patch(ImportColumn::TimeZone),
            country: self.patch(ImportColumn::Country),
            ..UpdateUser::default()
        })
    }
}

fn unknown<T: std::fmt::Display>(column: ImportColumn, what: &str, known: &[T]) -> Error {
    let known = known.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    Error::field(&format!("/{column}"), "unknown", format!("{what}; known are {known}"))
}
