//! Parameters in the document: the filter of a list, its paging, the guards of a change, the keys of settings.

use std::fmt;

use quarterdeck_domain::{
    allocations::{self, EntrySort, ReservationSort},
    api_keys::{self, ApiKeySort},
    audit::{self, AuditSort},
    bin::{self, BinSort},
    credentials::{self, CredentialSort},
    departures::{self, DepartureSort},
    groups::{self, GroupSort, MemberSort, UserGroupSort},
    jobs::{self, JobRowSort, JobSort},
    organizations::{self, OrganizationSort},
    page::{self, Sort},
    provider_keys::{self, ProviderKeySort},
    role_grants::{self, RoleGrantSort},
    roles::{self, RoleSort},
    saved_views::{self, SavedViewSort},
    sessions::{self, SessionSort},
    settings::{self, DEFINITIONS, SettingHistorySort},
    user_imports::{self, UserImportLineSort, UserImportOptions},
    users::{self, UserSort},
};
use utoipa::{
    IntoParams, PartialSchema,
    openapi::{
        KnownFormat, ObjectBuilder, RefOr, Required, Schema, SchemaFormat,
        path::{Parameter, ParameterBuilder, ParameterIn},
        schema::Type,
    },
};

use crate::{listing::ListParameters, path::VERSION_MAX, tags::IfMatch};

impl<F: PartialSchema, K: PartialSchema + Ordered> IntoParams for ListParameters<F, K> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut parameters = filter(F::schema());
        parameters.extend([sort(&K::schema(), &K::DEFAULT), limit(), cursor()]);
        parameters
    }
}

/// Documents how a file of users is read.
pub struct ImportOptions;

impl IntoParams for ImportOptions {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        filter(UserImportOptions::schema())
    }
}

fn query(name: &str, description: &str, schema: impl Into<RefOr<Schema>>) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}

/// Each member of the filter is a parameter.
fn filter(schema: RefOr<Schema>) -> Vec<Parameter> {
    let RefOr::T(Schema::Object(object)) = schema else { return Vec::new() };
    let parameter = |(name, mut schema): (String, RefOr<Schema>)| {
        let description = take_description(&mut schema);
        query(&name, &description, schema)
    };
    object.properties.into_iter().map(parameter).collect()
}

fn take_description(schema: &mut RefOr<Schema>) -> String {
    let description = match schema {
        RefOr::T(Schema::Object(object)) => object.description.take(),
        RefOr::T(Schema::OneOf(one_of)) => one_of.description.take(),
        RefOr::T(Schema::AllOf(all_of)) => all_of.description.take(),
        RefOr::Ref(reference) => Some(std::mem::take(&mut reference.description)),
        RefOr::T(_) => None,
    };
    description.unwrap_or_default()
}

/// A sort key of a list that has an order without one.
pub trait Ordered: Sized + fmt::Display + 'static {
    /// That order.
    const DEFAULT: Sort<Self>;
}

/// Names the orders that lists have by themselves.
macro_rules! ordered {
    ($($key:ty = $default:expr;)+) => {$(
        impl Ordered for $key {
            const DEFAULT: Sort<Self> = $default;
        }
    )+};
}

ordered! {
    UserSort = users::DEFAULT_SORT;
    SessionSort = sessions::DEFAULT_SORT;
    ApiKeySort = api_keys::DEFAULT_SORT;
    CredentialSort = credentials::DEFAULT_SORT;
    ProviderKeySort = provider_keys::DEFAULT_SORT;
    RoleSort = roles::DEFAULT_SORT;
    RoleGrantSort = role_grants::DEFAULT_SORT;
    BinSort = bin::DEFAULT_SORT;
    DepartureSort = departures::DEFAULT_SORT;
    SavedViewSort = saved_views::DEFAULT_SORT;
    OrganizationSort = organizations::DEFAULT_SORT;
    GroupSort = groups::DEFAULT_SORT;
    MemberSort = groups::DEFAULT_MEMBER_SORT;
    UserGroupSort = groups::DEFAULT_USER_GROUP_SORT;
    EntrySort = allocations::DEFAULT_ENTRY_SORT;
    ReservationSort = allocations::DEFAULT_RESERVATION_SORT;
    AuditSort = audit::DEFAULT_SORT;
    JobSort = jobs::DEFAULT_SORT;
    JobRowSort = jobs::DEFAULT_ROW_SORT;
    SettingHistorySort = settings::DEFAULT_HISTORY_SORT;
    UserImportLineSort = user_imports::DEFAULT_LINE_SORT;
}

fn sort<K: fmt::Display>(keys: &RefOr<Schema>, default: &Sort<K>) -> Parameter {
    let names = match keys {
        RefOr::T(Schema::Object(object)) => object.enum_values.clone().unwrap_or_default(),
        _ => Vec::new(),
    };
    let names: Vec<String> = names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect();
    let both = names.iter().flat_map(|name| [name.clone(), format!("-{name}")]);
    let schema = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(both))
        .default(Some(default.to_string().into()));
    query("sort", "Sort key; with `-` before it the largest first", schema)
}

fn limit() -> Parameter {
    let schema = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)))
        .minimum(Some(1))
        .maximum(Some(page::MAX_LIMIT))
        .default(Some(page::DEFAULT_LIMIT.into()));
    query("limit", "Rows of the page; an export as CSV or JSON lines has all rows", schema)
}

fn cursor() -> Parameter {
    let schema =
        ObjectBuilder::new().schema_type(Type::String).max_length(Some(2_000)).pattern(Some("^[A-Za-z0-9_-]+$"));
    query("cursor", "`next_cursor` of the page before; it holds for the same filter and sort only", schema)
}

impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let schema = ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(r#"^(\*|"[0-9]{1,9}(-[0-9a-f]{16})?")?$"#))
            .examples(["*"]);
        vec![
            ParameterBuilder::new()
                .name(IfMatch::NAME)
                .parameter_in(ParameterIn::Header)
                .required(Required::False)
                .description(Some(
                    "The `ETag` that was read, or its version alone, as `\"7\"`; the change is refused with 412 when the version is another one now; empty and `*` mean any",
                ))
                .schema(Some(schema))
                .build(),
        ]
    }
}

/// Documents `{key}` in the path of a setting.
pub struct SettingKey;

impl IntoParams for SettingKey {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let keys = DEFINITIONS.iter().map(|definition| definition.key);
        let schema = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(keys));
        vec![path("key", "Key of the setting", schema)]
    }
}

/// Documents `{version}` in the path of a former value.
pub struct SettingVersionNumber;

impl IntoParams for SettingVersionNumber {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let schema = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)))
            .minimum(Some(1))
            .maximum(Some(VERSION_MAX))
            .examples([1]);
        vec![path("version", "Number of the change whose value comes back", schema)]
    }
}

fn path(name: &str, description: &str, schema: impl Into<RefOr<Schema>>) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}
