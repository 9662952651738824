//! The path at a model service.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{
    codes::Syntax,
    problem::{Fault, Result},
};

/// What a path has as it is (RFC 3986, section 3.3). Escapes stay: the router has decoded what need not be one.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@')
    .remove(b'/')
    .remove(b'%');

/// Most bytes of path and query.
const LENGTH_MAX: usize = 8_192;

/// Path and query as they go out, `path` being what the router found and `query` what the client wrote.
///
/// # Errors
/// 404 without a path, 400 for one that leads elsewhere, is too long, or has what no URL has.
pub fn target(path: &str, query: &str) -> Result<String> {
    if path.is_empty() {
        return Err(Fault::syntax(Syntax::Route, "there is nothing at this path"));
    }
    let fault = |message: &str| Err(Fault::at(Syntax::Request, "/path", message));
    // A service may lie below a path of its own, and the key with it. Some read an escaped slash as a slash.
    let read = path.to_ascii_lowercase().replace("%2f", "/").replace("%5c", "/").replace('\\', "/");
    if read.split('/').any(|segment| matches!(segment, "." | "..")) {
        return fault("must not lead elsewhere");
    }
    if path.contains(char::is_control) || !has_whole_escapes(path) || !query.bytes().all(|byte| byte.is_ascii_graphic())
    {
        return fault("must be percent-encoded");
    }
    let path = utf8_percent_encode(path, PATH);
    let target = if query.is_empty() { path.to_string() } else { format!("{path}?{query}") };
    if target.len() > LENGTH_MAX {
        return fault("is too long");
    }
    Ok(target)
}

/// Whether each `%` begins an escape, and none of them is one of a control character.
fn has_whole_escapes(path: &str) -> bool {
    let mut rest = path.split('%');
    rest.next();
    rest.all(|escape| {
        escape
            .get(..2)
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok())
            .is_some_and(|byte| !byte.is_ascii_control())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_go_out_as_they_are_and_nowhere_else() {
        let goes = |path: &str, query: &str| target(path, query).unwrap();
        assert_eq!(goes("v1/models", ""), "v1/models");
        assert_eq!(
            goes("v1beta/models/any:streamGenerateContent", "alt=sse"),
            "v1beta/models/any:streamGenerateContent?alt=sse"
        );
        assert_eq!(goes("v1/files/a%2Fb", "q=%20"), "v1/files/a%2Fb?q=%20");
        assert_eq!(goes("v1/ä b?c#d", ""), "v1/%C3%A4%20b%3Fc%23d");
        for bad in [
            "..",
            "v1/../../admin",
            "./v1",
            "v1\\..\\x",
            "v1/..%2Fx",
            "v1/..%5cx",
            "a\nb",
            "a%zz",
            "a%+f",
            "a%",
            "a%0d%0aHost: b",
            "a%00",
        ] {
            assert!(target(bad, "").is_err(), "{bad}");
        }
        assert!(target("v1", "a b").is_err() && target("", "").is_err() && target(&"x".repeat(9_000), "").is_err());
    }
}
