//! How many passwords a core can check in a second.

use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use quarterdeck_adapters::{Argon2Hasher, PasswordCost};
use quarterdeck_app::ports::PasswordHasher as _;

/// Checks passwords for three seconds and prints the rate.
pub fn measure() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let hasher = Argon2Hasher::start(PasswordCost::STANDARD)?;
    let rate = runtime.block_on(async {
        let failed = |error: quarterdeck_domain::Error| anyhow!("{error}");
        let hash = hasher.hash("brass lantern 9".to_owned()).await.map_err(failed)?;
        let (began, mut checked) = (Instant::now(), 0_u32);
        while began.elapsed() < Duration::from_secs(3) {
            // Several at once, as under load: a thread without work gives its memory back and has to fetch it again.
            let check = || hasher.verify("brass lantern 9".to_owned(), Some(hash.clone()));
            let (a, b, c, d) = tokio::join!(check(), check(), check(), check());
            for outcome in [a, b, c, d] {
                outcome.map_err(failed)?;
                checked += 1;
            }
        }
        Ok::<_, anyhow::Error>(f64::from(checked) / began.elapsed().as_secs_f64())
    })?;
    println!("{rate:.2}");
    Ok(())
}
