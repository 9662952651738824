//! The dry run: what each line would do, by the rules of the single changes, without a change.
//!
//! What is there already is read once for all lines. Nobody else waits meanwhile, so what an execution finds may differ; it
//! asks every guard again.

use std::collections::{BTreeSet, HashMap, HashSet, hash_map::Entry};

use quarterdeck_domain::{
    Error, FieldError, OrganizationId, Patch, Permission, PermissionSet, Result, Role, UserId,
    error::Rule,
    text::fold,
    user_imports::{ImportColumn, ImportCounts, ImportOutcome, OnExisting, UserImportLine, UserImportOptions},
    users::{User, UserKind},
};
use quarterdeck_store::{ImportOrders, StoredUserImportLine};

use super::{
    file::{Cells, Line},
    lines::Said,
    organizations::Organizations,
};
use crate::{Ctx, users};

/// Lines that are judged before others have their turn on this thread.
const AT_ONCE: usize = 200;

/// All lines of a file, judged.
pub(super) struct Judged {
    pub lines: Vec<StoredUserImportLine>,
    pub counts: ImportCounts,
    /// What the lines need that order something.
    pub permissions: PermissionSet,
}

/// Judges all lines.
///
/// # Errors
/// `StepUpRequired` when a line by hand would ask for the password, `Invalid` for an organization that there is not, or
/// faults of the database.
pub(super) async fn judge(ctx: &Ctx, options: &UserImportOptions, lines: Vec<Line>) -> Result<Judged> {
    let mut judge = Judge::load(ctx, options, &lines).await?;
    let mut judged = Judged { lines: Vec::new(), counts: ImportCounts::default(), permissions: PermissionSet::NONE };
    for lines in lines.chunks(AT_ONCE) {
        for line in lines {
            let verdict = match &line.cells {
                Ok(cells) => judge.line(line.number, cells),
                Err(fault) => Err(Error::Invalid(vec![fault.clone()])),
            };
            let line = told(line, verdict)?;
            judged.counts.add(line.line.outcome);
            judged.lines.push(line);
        }
        tokio::task::yield_now().await;
    }
    judged.permissions = judge.permissions;
    Ok(judged)
}

/// What a line would do.
struct Verdict {
    user_id: UserId,
    changes: Vec<ImportColumn>,
    orders: Option<ImportOrders>,
}

/// A line with what it would do, or why not. What is no fault of the line is passed on.
fn told(line: &Line, verdict: Result<Verdict>) -> Result<StoredUserImportLine> {
    let mut told = UserImportLine {
        line: line.number,
        outcome: ImportOutcome::Refuse,
        username: line.username.clone(),
        user_id: None,
        changes: Vec::new(),
        column: None,
        code: None,
        message: None,
    };
    let orders = match verdict {
        Ok(verdict) => {
            told.outcome = match verdict.orders {
                Some(ImportOrders::Create(_)) => ImportOutcome::Create,
                Some(ImportOrders::Update(_)) => ImportOutcome::Update,
                None => ImportOutcome::Unchanged,
            };
            told.user_id = Some(verdict.user_id);
            told.changes = verdict.changes;
            verdict.orders
        }
        Err(error @ (Error::Internal(_) | Error::Unavailable(_) | Error::StepUpRequired { .. })) => return Err(error),
        Err(error) => {
            let fault = fault(error);
            told.column = ImportColumn::of_field(fault.pointer.trim_start_matches('/'));
            (told.code, told.message) = (Some(fault.code), Some(fault.message));
            None
        }
    };
    Ok(StoredUserImportLine { line: told, orders })
}

/// The first thing that is wrong.
fn fault(error: Error) -> FieldError {
    match error {
        Error::Invalid(faults) => {
            let first = faults.into_iter().next();
            first.unwrap_or_else(|| FieldError::new("", "invalid", "is not valid"))
        }
        Error::Conflict(rule) => FieldError::new(rule.pointer().unwrap_or_default(), rule.code(), rule.message()),
        other => FieldError::new(guarded(&other), other.code(), other.to_string()),
    }
}

/// The column that needs the permission which is missing, when it is one that other columns do not need.
const fn guarded(error: &Error) -> &'static str {
    match error.refused() {
        Some(Permission::UserAssignRoles) => "/roles",
        Some(Permission::UserMove) => "/organization",
        Some(Permission::UserSuspend) => "/status",
        _ => "",
    }
}

/// What lines are judged by.
struct Judge<'a> {
    ctx: &'a Ctx,
    options: &'a UserImportOptions,
    known: HashMap<String, User>,
    emails: HashMap<String, UserId>,
    reserved: HashSet<String>,
    organizations: Organizations,
    /// On which line of the file a username, or an e-mail address, stood first.
    seen: [HashMap<String, u64>; 2],
    permissions: PermissionSet,
}

impl<'a> Judge<'a> {
    async fn load(ctx: &'a Ctx, options: &'a UserImportOptions, lines: &[Line]) -> Result<Self> {
        let keys = |column: ImportColumn| {
            let cells = lines.iter().filter_map(|line| line.cells.as_ref().ok());
            cells.filter_map(|cells| cells.get(&column)).map(|text| fold(text)).collect::<BTreeSet<String>>()
        };
        let (names, emails) = (keys(ImportColumn::Username), keys(ImportColumn::Email));
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let emails: Vec<&str> = emails.iter().map(String::as_str).collect();
        let users = ctx.app.db.users();
        Ok(Self {
            ctx,
            options,
            known: users.named(&names, ctx.now()).await?,
            emails: users.with_emails(&emails).await?,
            reserved: users.reserved_among(&names, ctx.now()).await?,
            organizations: Organizations::load(ctx, lines, options.organization_id).await?,
            seen: Default::default(),
            permissions: PermissionSet::NONE,
        })
    }

    fn line(&mut self, number: u64, cells: &Cells) -> Result<Verdict> {
        let Some(username) = cells.get(&ImportColumn::Username) else {
            return Err(Error::field("/username", "required", "must not be empty"));
        };
        for (column, seen) in [ImportColumn::Username, ImportColumn::Email].into_iter().zip(&mut self.seen) {
            let Some(cell) = cells.get(&column) else { continue };
            match seen.entry(fold(cell)) {
                Entry::Occupied(first) => {
                    let message = format!("is the same as in line {}", first.get());
                    return Err(Error::field(&format!("/{column}"), "duplicate", message));
                }
                Entry::Vacant(place) => place.insert(number),
            };
        }
        let organization = cells.get(&ImportColumn::Organization);
        let organization = organization.map(|name| self.organizations.find(name)).transpose()?;
        let said = Said(cells);
        // Whoever is out of sight is not there, and creating them says that the name is taken, as it does by hand.
        let known = self.known.get(&fold(username));
        match known.filter(|user| self.ctx.allow(Permission::UserRead, &user.resource()).is_ok()).cloned() {
            None => self.create(&said, organization.or(self.options.organization_id)),
            Some(user) => match self.options.on_existing.unwrap_or_default() {
                OnExisting::Refuse => Err(Rule::UsernameTaken.into()),
                OnExisting::Skip => Ok(Verdict { user_id: user.id(), changes: Vec::new(), orders: None }),
                OnExisting::Update => self.update(&said, &user, organization),
            },
        }
    }

    /// As `create_user` does, but for the writing.
    fn create(&mut self, said: &Said<'_>, organization: Option<OrganizationId>) -> Result<Verdict> {
        let body = said.new_user(organization)?;
        let (placed, _) = users::admitted(self.ctx, UserKind::Person, body)?;
        users::check_place(placed.roles, placed.organization_id)?;
        let key = fold(&placed.username);
        if self.reserved.contains(&key) {
            return Err(users::reserved(self.ctx));
        }
        if self.known.contains_key(&key) {
            return Err(Rule::UsernameTaken.into());
        }
        if placed.email.as_deref().is_some_and(|email| self.emails.contains_key(&fold(email))) {
            return Err(Rule::EmailTaken.into());
        }
        self.organizations.take_seat(None, placed.seat.taken(placed.status, placed.organization_id))?;
        if !placed.roles.without(Role::User).is_empty() {
            self.permissions = self.permissions.with(Permission::UserAssignRoles);
        }
        let changes = said.0.keys().copied().collect();
        Ok(Verdict { user_id: self.ctx.app.new_id(), changes, orders: Some(ImportOrders::Create(Box::new(placed))) })
    }

    /// As `update_user` does, but for the writing.
    fn update(&mut self, said: &Said<'_>, user: &User, organization: Option<OrganizationId>) -> Result<Verdict> {
        let body = users::sound(&said.change(organization)?)?;
        let Some(decided) = users::decide(self.ctx, user, &body)? else {
            return Ok(Verdict { user_id: user.id(), changes: Vec::new(), orders: None });
        };
        let after = &decided.after;
        let owner = after.summary.email.as_deref().and_then(|email| self.emails.get(&fold(email)));
        if owner.is_some_and(|owner| *owner != user.id()) {
            return Err(Rule::EmailTaken.into());
        }
        self.organizations.take_seat(user.takes_seat_of(), after.takes_seat_of())?;
        self.permissions = decided.steps.iter().fold(self.permissions, |all, step| all.with(step.permission));
        let fields = decided.steps.iter().flat_map(|step| &step.changes);
        let changes = fields.filter_map(|change| ImportColumn::of_field(&change.field)).collect();
        // What is so already is not ordered: somebody may change it before this is done.
        let mut body = body.clone();
        if after.summary.roles == user.summary.roles {
            body.roles = None;
        }
        if after.summary.status == user.summary.status {
            body.status = None;
        }
        if after.summary.organization_id == user.summary.organization_id {
            body.organization_id = Patch::Absent;
        }
        Ok(Verdict { user_id: user.id(), changes, orders: Some(ImportOrders::Update(Box::new(body))) })
    }
}
