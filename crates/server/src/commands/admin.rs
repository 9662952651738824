//! Administrators: create one, help one who cannot sign in.

use std::process::ExitCode;

use quarterdeck_app::{Ctx, admin, audit};
use quarterdeck_domain::{Error, users::UserSummary};

use crate::{cli::Admin, failure::Failure, speech};

/// What to say of a link when nobody has told under which address people reach the platform.
const UNKNOWN_ADDRESS: &str = "The setting platform.base_url is not set, so the link leads to where the server listens, or would. If people \
    reach it under another address, say --base-url, or set it.";

/// Does what `act` says.
pub async fn run(act: Admin, ctx: Ctx) -> Result<ExitCode, Failure> {
    match act {
        Admin::Create { username, display_name, email, password_stdin: _ } => {
            let password = speech::read_password()?;
            let (display_name, email) = (display_name.as_deref(), email.as_deref());
            let user = admin::create_administrator(&ctx, &username, display_name, email, &password).await?;
            speech::say(format_args!("Created the administrator {} ({})", user.summary.username, user.summary.id));
        }
        Admin::ResetPassword { username, link: true, .. } => {
            let link = admin::reset_link(&ctx, &username).await?;
            speech::say(format_args!("This link works once, until {}:\n  {}", link.expires_at, link.url));
            if ctx.app.settings().base_url().is_none() {
                speech::remark(UNKNOWN_ADDRESS);
            }
        }
        Admin::ResetPassword { username, .. } => {
            let password = speech::read_password()?;
            let user = admin::reset_password(&ctx, &username, &password).await?;
            speech::say(format_args!("{} has a new password; all their sessions ended", user.summary.username));
        }
        Admin::Unlock { username } => match admin::unlock(&ctx, &username).await? {
            true => speech::say(format_args!("{username} can sign in again at once")),
            false => speech::say(format_args!(
                "{username} had no delay; for an hour no delay of an address holds for them either"
            )),
        },
        Admin::List => list(&admin::list(&ctx).await?),
    }
    // No server may be there to do it. What was asked for is done, whether it succeeds or not.
    if let Err(error) = seal(&ctx).await {
        speech::remark(Failure::from(error));
    }
    Ok(ExitCode::SUCCESS)
}

async fn seal(ctx: &Ctx) -> Result<(), Error> {
    while audit::seal_pending(&ctx.app).await? > 0 {}
    Ok(())
}

fn list(administrators: &[UserSummary]) {
    if administrators.is_empty() {
        speech::remark("There is no administrator. Create one: quarterdeck admin create --help");
        return;
    }
    let width = administrators.iter().map(|user| user.username.chars().count()).max().unwrap_or_default().max(8);
    speech::say(format_args!("{:width$}  {:9}  {:20}  DISPLAY NAME", "USERNAME", "STATUS", "LAST SIGN-IN"));
    for user in administrators {
        let last =
            user.last_login_at.map_or_else(|| "never".to_owned(), |at| at.to_string().chars().take(19).collect());
        let (status, display) = (user.status.name(), &user.display_name);
        speech::say(format_args!("{:width$}  {status:9}  {last:20}  {display}", user.username));
    }
}
