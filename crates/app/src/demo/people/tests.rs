use std::collections::HashSet;

use quarterdeck_domain::{OrganizationId, text};
use uuid::Uuid;

use super::*;

const NOW: i64 = 1_800_000_000_000_000;

fn homes() -> Vec<Home> {
    [34, 23, 16]
        .into_iter()
        .zip(1_u128..)
        .map(|(weight, id)| Home {
            id: OrganizationId(Uuid::from_u128(id)),
            domain: format!("home{id}.example"),
            weight,
            is_new: true,
        })
        .collect()
}

fn people(seed: u64, run: u64, password: bool, count: u128) -> Vec<NewUser> {
    let homes = homes();
    let hash = password.then(|| "$argon2id$".to_owned());
    let mut people = People::new(Dice::new(seed), run, hash, Timestamp::from_micros(NOW), &homes);
    (0..count).map(|id| people.next(UserId(Uuid::from_u128(id)))).collect()
}

#[test]
fn all_of_them_keep_the_rules() {
    let people = people(1, 1, false, 20_000);
    let mut names = HashSet::new();
    for user in &people {
        text::check_username("/username", &user.username).unwrap();
        text::check_line("/display_name", &user.display_name).unwrap();
        assert!(user.email.iter().all(|email| text::check_email("/email", email).is_ok()), "{user:?}");
        assert!(names.insert(text::fold(&user.username)), "{} comes twice", user.username);
        assert!(user.created_at <= user.last_login_at.unwrap_or(user.created_at));
        assert!(user.last_login_at.is_none_or(|at| at <= Timestamp::from_micros(NOW)));
        assert_eq!(user.status == UserStatus::Suspended, !user.status_reason.is_empty());
        assert!(!user.roles.contains(Role::OrganizationAdmin) || user.organization_id.is_some());
        assert!(!user.roles.contains(Role::Admin), "an administrator who cannot sign in would hide the set-up");
    }
}

#[test]
fn shares_are_sensible() {
    let people = people(2, 1, false, 10_000);
    let share = |matching: &dyn Fn(&NewUser) -> bool| people.iter().filter(|user| matching(user)).count() / 100;
    let recent = Timestamp::from_micros(NOW).plus_seconds(-7 * 86_400);
    assert!((5..=9).contains(&share(&|user| user.status == UserStatus::Suspended)));
    assert!((9..=15).contains(&share(&|user| user.last_login_at.is_none())));
    assert!((40..=75).contains(&share(&|user| user.last_login_at.is_some_and(|at| at > recent))));
    assert!((4..=8).contains(&share(&|user| user.organization_id.is_none())));
    assert!((1..=5).contains(&share(&|user| user.roles.contains(Role::Trainer))));
    assert!((10..=60).contains(&share(&|user| !user.display_name.is_ascii())));
}

#[test]
fn the_same_seed_gives_the_same_people_and_each_load_its_own_usernames() {
    let usernames =
        |seed, run| people(seed, run, false, 500).into_iter().map(|user| user.username).collect::<HashSet<_>>();
    assert_eq!(usernames(3, 1), usernames(3, 1));
    assert_ne!(usernames(3, 1), usernames(4, 1));
    assert!(usernames(3, 1).is_disjoint(&usernames(3, 2)));
}

#[test]
fn with_a_password_the_first_is_an_administrator() {
    let people = people(5, 1, true, 10);
    assert_eq!((people[0].username.as_str(), people[0].roles), (ADMINISTRATOR, Roles::NONE.with(Role::Admin)));
    assert!(people[1..].iter().all(|user| !user.roles.contains(Role::Admin) && user.password_hash.is_some()));
}
