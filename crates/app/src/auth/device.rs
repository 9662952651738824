//! Reading a device from a user agent, for people to recognise their sessions by.

use quarterdeck_cache::{Cache, End};

/// User agents whose devices are remembered: reading one asks some forty regular expressions.
const REMEMBERED: usize = 1_000;

/// The devices that were read in this process.
pub struct Devices(Cache<String, String>);

impl Default for Devices {
    fn default() -> Self {
        Self(Cache::new(REMEMBERED, End::Never))
    }
}

impl Devices {
    /// The device of `user_agent`.
    pub fn read(&self, user_agent: &str) -> String {
        self.0.get(user_agent).unwrap_or_else(|| {
            let device = device(user_agent);
            self.0.insert(user_agent.to_owned(), device.clone());
            device
        })
    }
}

/// "Firefox on Linux", or the program's own name for scripts.
fn device(user_agent: &str) -> String {
    let found = woothee::parser::Parser::new().parse(user_agent);
    match found {
        Some(result) if result.category != "crawler" && result.name != "UNKNOWN" && result.os != "UNKNOWN" => {
            let os = if result.os.starts_with("Windows") { "Windows" } else { result.os };
            format!("{} on {os}", result.name)
        }
        _ => {
            let program = user_agent.split(['/', ' ']).next().unwrap_or_default();
            if program.is_empty() { "unknown device".to_owned() } else { program.chars().take(40).collect() }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn browsers_and_programs() {
        assert_eq!(
            device("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"),
            "Firefox on Linux"
        );
        let chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
        assert_eq!(device(chrome), "Chrome on Windows");
        assert_eq!(device("curl/8.10.1"), "curl");
        assert_eq!(device(""), "unknown device");
    }
}
