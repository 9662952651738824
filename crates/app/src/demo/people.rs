//! The people: names, where they belong, what they may do, when they were last here.

use std::collections::HashMap;

use quarterdeck_domain::{
    Role, Timestamp, UserId,
    roles::Roles,
    users::{Seat, UserKind, UserStatus},
};
use quarterdeck_store::NewUser;

use super::{
    Home,
    dice::Dice,
    names::{LOCALES, Locale, Name, read},
};

/// Username of the administrator, when a password is given.
pub const ADMINISTRATOR: &str = "demo.admin";

const DAY: u64 = 86_400;
/// Age of the oldest account.
const OLDEST: u64 = 3 * 365 * DAY;
/// Of 1,000 people, those who belong to no organization.
const HOMELESS: u64 = 60;
/// Of 1,000 people, those who may not sign in.
const SUSPENDED: u64 = 70;
/// Of 1,000 people, those who have never signed in.
const NEVER: u64 = 120;
/// Of 1,000 people, those without an e-mail address.
const WITHOUT_EMAIL: u64 = 40;
/// Of 1,000 people, those who have chosen a language and a time zone of their own.
const CHOSE_LANGUAGE: u64 = 640;

const REASONS: [&str; 6] = [
    "left the organization",
    "contract has ended",
    "long leave until spring",
    "account shared with others",
    "asked for by the person",
    "unusual sign-ins, being looked into",
];

/// Roles beside `user`, of 1,000 people.
const ROLES: [(Role, u64); 4] =
    [(Role::Developer, 25), (Role::Advocate, 18), (Role::Trainer, 32), (Role::OrganizationAdmin, 12)];

/// Makes one person after the other.
pub struct People<'a> {
    dice: Dice,
    run: u64,
    password_hash: Option<String>,
    now: Timestamp,
    homes: &'a [Home],
    locales: Vec<(&'static Locale, Vec<Name>, Vec<Name>)>,
    taken: HashMap<String, u32>,
    administrator: Option<String>,
}

impl<'a> People<'a> {
    /// People of the load `run`.
    pub fn new(dice: Dice, run: u64, password_hash: Option<String>, now: Timestamp, homes: &'a [Home]) -> Self {
        let locales = LOCALES.iter().map(|locale| (locale, read(locale.first), read(locale.last))).collect();
        Self { dice, run, password_hash, now, homes, locales, taken: HashMap::new(), administrator: None }
    }

    /// Who of them is an administrator.
    pub fn administrator(&self) -> Option<&str> {
        self.administrator.as_deref()
    }

    /// The next person.
    pub fn next(&mut self, id: UserId) -> NewUser {
        if self.password_hash.is_some() && self.administrator.is_none() {
            return self.make_administrator(id);
        }
        let Person { username, first, last, display, locale } = self.person();
        let place = self.dice.pick(locale.places).copied();
        let chose = self.dice.chance(CHOSE_LANGUAGE);
        let homeless = self.dice.chance(HOMELESS);
        let home = self.dice.pick_weighted(self.homes, |home| home.weight).filter(|_| !homeless);
        let domain = home.map_or("mail.example", |home| home.domain.as_str());
        let email = (!self.dice.chance(WITHOUT_EMAIL)).then(|| format!("{username}@{domain}"));
        let created_at = self.now.plus_seconds(-self.dice.recent(OLDEST) - 60);
        let suspended = self.dice.chance(SUSPENDED);
        let reason = self.dice.pick(&REASONS).filter(|_| suspended).copied().unwrap_or_default();
        let last_login_at = self.last_login(created_at, suspended);
        let roles = self.roles(home.is_some());
        NewUser {
            kind: UserKind::Person,
            id,
            username,
            display_name: display,
            first_name: first,
            last_name: last,
            email,
            status: if suspended { UserStatus::Suspended } else { UserStatus::Active },
            status_reason: reason.to_owned(),
            roles,
            organization_id: home.map(|home| home.id),
            language: chose.then(|| locale.language.to_owned()),
            time_zone: place.filter(|_| chose).map(|(_, zone)| zone.to_owned()),
            country: place.map(|(country, _)| country.to_owned()),
            must_change_password: self.password_hash.is_some() && last_login_at.is_none() && self.dice.chance(200),
            password_hash: self.password_hash.clone(),
            seat: Seat::Licensed,
            last_login_at,
            created_at,
        }
    }

    fn person(&mut self) -> Person {
        let nobody = Name { written: "Sam", ascii: "sam".to_owned() };
        let picked = self.dice.pick_weighted(&self.locales, |(locale, ..)| locale.weight);
        let (locale, firsts, lasts) = picked.map_or((&LOCALES[0], &[][..], &[][..]), |(l, f, n)| (*l, &f[..], &n[..]));
        let first = self.dice.pick(firsts).unwrap_or(&nobody);
        let last = self.dice.pick(lasts).unwrap_or(&nobody);
        let display = match (locale.family_first, locale.language) {
            (true, _) => format!("{}{}", last.written, first.written),
            _ => format!("{} {}", first.written, last.written),
        };
        let base = format!("{}.{}", first.ascii, last.ascii);
        let (first, last) = (first.written.to_owned(), last.written.to_owned());
        Person { username: self.unused(&base), first, last, display, locale }
    }

    /// `base`, with a number when somebody has that name, and with the number of the load from the second on.
    fn unused(&mut self, base: &str) -> String {
        let run = if self.run > 1 { format!("-{}", self.run) } else { String::new() };
        let count = self.taken.entry(base.to_owned()).or_insert(0);
        *count += 1;
        if *count == 1 { format!("{base}{run}") } else { format!("{base}{count}{run}") }
    }

    fn roles(&mut self, has_home: bool) -> Roles {
        let more = ROLES.iter().filter(|(role, _)| has_home || *role != Role::OrganizationAdmin);
        let more: Vec<Role> = more.filter(|(_, share)| self.dice.chance(*share)).map(|(role, _)| *role).collect();
        more.into_iter().fold(Roles::NONE.with(Role::User), Roles::with)
    }

    /// Most were here in the last days, some in the last months, a few never.
    fn last_login(&mut self, created_at: Timestamp, suspended: bool) -> Option<Timestamp> {
        let never = self.dice.chance(NEVER);
        let most = match self.dice.below(100) {
            _ if suspended => 400 * DAY,
            0..22 => DAY,
            22..58 => 7 * DAY,
            58..82 => 30 * DAY,
            _ => 400 * DAY,
        };
        let at = self.now.plus_seconds(-self.dice.recent(most));
        (!never).then(|| at.max(created_at.plus_seconds(30)).min(self.now))
    }

    fn make_administrator(&mut self, id: UserId) -> NewUser {
        let username = self.unused(ADMINISTRATOR);
        self.administrator = Some(username.clone());
        NewUser {
            id,
            kind: UserKind::Person,
            display_name: "Demo Administrator".to_owned(),
            first_name: "Demo".to_owned(),
            last_name: "Administrator".to_owned(),
            email: Some(format!("{username}@mail.example")),
            username,
            status: UserStatus::Active,
            status_reason: String::new(),
            roles: Roles::NONE.with(Role::Admin),
            organization_id: None,
            language: None,
            time_zone: None,
            country: None,
            must_change_password: false,
            password_hash: self.password_hash.clone(),
            seat: Seat::Licensed,
            last_login_at: None,
            created_at: self.now,
        }
    }
}

struct Person {
    username: String,
    first: String,
    last: String,
    display: String,
    locale: &'static Locale,
}

#[cfg(test)]
mod tests;
