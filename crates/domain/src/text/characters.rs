//! Which characters the texts that people read may have.

#[cfg(not(target_family = "wasm"))]
mod categories;
#[cfg(not(target_family = "wasm"))]
pub use categories::{is_hidden, is_visible};

/// Whether no text has it, as far as the standard library can tell: the server judges again.
#[cfg(target_family = "wasm")]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
}

/// Whether it can be seen by itself, as far as the standard library can tell.
#[cfg(target_family = "wasm")]
pub fn is_visible(c: char) -> bool {
    !c.is_whitespace() && !c.is_control()
}

/// C0 controls and DEL: PostgreSQL cannot store NUL, and nobody types the others.
pub const fn is_control(c: char) -> bool {
    matches!(c, '\0'..='\u{1f}' | '\u{7f}')
}
