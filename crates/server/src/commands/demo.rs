//! A realistic data set.

use std::{process::ExitCode, time::Instant};

use quarterdeck_app::{
    Ctx,
    demo::{self, DemoSet},
};
use quarterdeck_domain::{Error, error::Rule, text::counted};

use crate::{cli::Demo, failure::Failure, speech};

/// Users between two signs of life.
const SIGN_OF_LIFE: u64 = 50_000;

/// Loads it.
pub async fn run(set: Demo, ctx: Ctx) -> Result<ExitCode, Failure> {
    let password = match set.password_stdin {
        true => Some(speech::read_password()?.to_string()),
        false => None,
    };
    let can_sign_in = password.is_some();
    let set = DemoSet { users: set.users, organizations: set.organizations, seed: set.seed, password };
    let began = Instant::now();
    let progress = |users: u64| {
        if users.is_multiple_of(SIGN_OF_LIFE) && users < set.users {
            speech::remark(format_args!("{users} of {} users", set.users));
        }
    };
    let loaded = demo::load(&ctx, &set, progress).await.map_err(explain)?;
    speech::say(format_args!(
        "Loaded {}, {}, {}, {}, {}, {} and {} in {:.1} s",
        counted(loaded.users, "user"),
        counted(loaded.organizations, "new organization"),
        counted(loaded.groups, "group"),
        counted(loaded.role_grants, "role grant"),
        counted(loaded.provider_keys, "provider key"),
        counted(loaded.sessions, "session"),
        counted(loaded.events, "audit event"),
        began.elapsed().as_secs_f64()
    ));
    match loaded.administrator {
        Some(name) => {
            speech::say(format_args!("All of them can sign in with that password; {name} is an administrator"));
        }
        None if can_sign_in => speech::say("All of them can sign in with that password"),
        None => speech::say("None of them can sign in: they have no password"),
    }
    Ok(ExitCode::SUCCESS)
}

fn explain(error: Error) -> Failure {
    match error {
        Error::Conflict(Rule::UsernameTaken | Rule::EmailTaken) => {
            Failure::new("somebody has one of the usernames or e-mail addresses already; try another --seed")
        }
        error => error.into(),
    }
}
