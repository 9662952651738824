//! The reach of a permission as a condition in SQL. For the whole platform there is none, for one organization it is one
//! comparison, so that their indexes are walked.

use quarterdeck_domain::{OrganizationId, Visibility};

use crate::sql::Sql;

/// Leaves the rows that `visibility` covers, by the columns of their organization and of their owner, where they have them.
pub fn reached(sql: Sql, visibility: &Visibility, organization: Option<&str>, owner: Option<&str>) -> Sql {
    let Visibility::Part { organizations, own, .. } = visibility else { return sql };
    let organization = organization.filter(|_| !organizations.is_empty());
    match (organization, owner.zip(*own)) {
        (None, None) => sql.push(" AND FALSE"),
        (Some(column), None) => is_one_of(sql.push(" AND "), column, organizations),
        (None, Some((column, own))) => sql.push(" AND ").push(column).push(" = ").bind(own.0),
        (Some(of), Some((column, own))) => {
            let sql = is_one_of(sql.push(" AND ("), of, organizations);
            sql.push(" OR ").push(column).push(" = ").bind(own.0).push(")")
        }
    }
}

/// Goes on with the condition that `column` is one of `organizations`.
pub fn is_one_of(sql: Sql, column: &str, organizations: &[OrganizationId]) -> Sql {
    match organizations {
        [] => sql.push("FALSE"),
        [only] => sql.push(column).push(" = ").bind(only.0),
        many => sql.push(column).push(" IN (").bind_all(many.iter().map(|id| id.0)).push(")"),
    }
}
