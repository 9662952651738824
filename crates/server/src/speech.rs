//! Words for the operator: results on the standard output, complaints and progress on the other.

use std::{
    fmt::Display,
    io::{self, IsTerminal as _, Read as _, Write as _},
};

use zeroize::Zeroizing;

use crate::failure::Failure;

/// Most bytes of a password: four for each of 256 characters, and a line break.
const PASSWORD_BYTES: u64 = 4 * 256 + 2;

/// Prints a line of the result. Whoever closed the pipe has read enough.
pub fn say(line: impl Display) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Prints a line beside the result.
pub fn remark(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Says why the program stops.
pub fn complain(failure: &Failure) {
    remark(format_args!("quarterdeck: {failure}"));
}

/// Reads a password from the standard input: all of it, without the line break at its end.
///
/// # Errors
/// When it cannot be read, is empty, too long or no text.
pub fn read_password() -> Result<Zeroizing<String>, Failure> {
    let stdin = io::stdin();
    let mut text = Zeroizing::new(String::new());
    let read = if stdin.is_terminal() {
        remark("Type the password and press Enter. It can be seen: a pipe would hide it.");
        stdin.read_line(&mut text)
    } else {
        stdin.lock().take(PASSWORD_BYTES + 1).read_to_string(&mut text)
    };
    let read = read.map_err(|error| Failure::new(format!("the password cannot be read: {error}")))?;
    if read as u64 > PASSWORD_BYTES {
        return Err(Failure::new("password must have at most 256 characters"));
    }
    without_line_break(&mut text);
    if text.is_empty() {
        return Err(Failure::new(
            "the password is empty; give it on the standard input: printf '%s' \"$PASSWORD\" | …",
        ));
    }
    Ok(text)
}

fn without_line_break(text: &mut String) {
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_break_is_taken_off_and_nothing_else() {
        for (given, password) in [("a b \n", "a b "), ("ab\r\n", "ab"), ("ab\n\n", "ab\n"), (" ab", " ab"), ("", "")] {
            let mut text = given.to_owned();
            without_line_break(&mut text);
            assert_eq!(text, password);
        }
    }
}
