//! Rules of the pages before signing in.

use leptos::prelude::*;

use crate::browser;

/// Where to go after signing in: a page of this console, or the overview. Never another site.
#[must_use]
pub fn next_page(wanted: Option<&str>) -> String {
    match wanted {
        Some(path)
            if path.starts_with('/')
                && !path.starts_with("//")
                && !path.starts_with("/\\")
                && !path.starts_with("/sign-in") =>
        {
            path.to_owned()
        }
        _ => "/".to_owned(),
    }
}

/// The one-time token of a link, which stands in the fragment so that no server log has it.
#[must_use]
pub fn token_of(fragment: &str) -> Option<String> {
    let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(fragment).unwrap_or_default();
    pairs.into_iter().find(|(name, value)| name == "token" && !value.is_empty()).map(|(_, value)| value)
}

/// Keeps `short` what `full` suggests, until somebody types another.
pub fn suggest_short_name(full: RwSignal<String>, short: RwSignal<String>) {
    Effect::new(move |former: Option<String>| {
        let suggested = short_name(&full.get());
        if short.with_untracked(|short| short.is_empty() || former.as_ref() == Some(short)) {
            short.set(suggested.clone());
        }
        suggested
    });
}

/// A short name for an organization from its full one: `analytical-engines` from "Analytical Engines Ltd.".
fn short_name(full: &str) -> String {
    let mut name = String::new();
    for c in browser::decomposed(full.trim()).to_lowercase().chars() {
        match c {
            'a'..='z' | '0'..='9' => name.push(c),
            // An accent, which stands behind its letter now.
            '\u{300}'..='\u{36f}' => {}
            'ß' => name.push_str("ss"),
            'æ' => name.push_str("ae"),
            'œ' => name.push_str("oe"),
            'ø' => name.push('o'),
            'ł' => name.push('l'),
            'đ' => name.push('d'),
            _ if !name.is_empty() && !name.ends_with('-') => name.push('-'),
            _ => {}
        }
    }
    name.truncate(50);
    name.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_leads_to_a_page_of_ours() {
        assert_eq!(next_page(Some("/users?q=ada")), "/users?q=ada");
        for other in [
            None,
            Some("https://evil.example"),
            Some("//evil.example"),
            Some("/\\evil.example"),
            Some("/sign-in?next=x"),
        ] {
            assert_eq!(next_page(other), "/", "{other:?}");
        }
    }

    #[test]
    fn the_token_stands_in_the_fragment() {
        assert_eq!(token_of("#token=qds_abc").as_deref(), Some("qds_abc"));
        assert_eq!((token_of("#token="), token_of("")), (None, None));
    }

    #[test]
    fn short_names_satisfy_the_rule() {
        assert_eq!(short_name("  Analytical Engines, Ltd. "), "analytical-engines-ltd");
        let name = short_name("Überall & Söhne");
        assert!(quarterdeck_domain::text::check_username("/name", &name).is_ok(), "{name}");
        assert_eq!(short_name("Sm\u{f8}rrebr\u{f8}d & Cafe\u{301}"), "smorrebrod-cafe");
    }
}
