//! Changes of users.

use anyhow::Result;

use super::{ids, load};
use crate::{
    report::Report,
    subject::{Data, Subject},
};

/// Changes of users by 16 writers, each on disk with its audit event.
pub fn writes(report: &mut Report) -> Result<()> {
    let data = Data::sqlite(10_000)?;
    let server = Subject::server(&data)?;
    let token = server.token()?;
    let list = ids(&server, &token)?.iter().map(|id| format!("\"/api/v1/users/{id}\"")).collect::<Vec<_>>().join(",");
    let script = format!(
        "wrk.headers[\"Authorization\"] = \"Bearer {token}\"\nwrk.headers[\"Content-Type\"] = \"application/merge-patch+json\"\n\
         local paths = {{{list}}}\nlocal index = 0\nrequest = function()\n  index = index + 1\n  return wrk.format(\"PATCH\", paths[index % #paths + 1], nil, \
         '{{\"first_name\":\"n' .. index .. '\"}}')\nend"
    );
    let changes = load(&server.base, &script, 16, 10)?;
    report.at_least("PATCH of a user with its audit event, 16 writers", changes.per_second, "/s", 1_000.0);
    #[expect(clippy::cast_precision_loss, reason = "a count for people")]
    report.at_most("PATCH: answers that were no success", changes.errors as f64, "", 0.0);
    Ok(())
}
