//! How many requests a client may send. 0 means: as many as it likes.

/// The limits in force.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LimitRules {
    /// Sign-ins, reset links and set-up attempts a minute, by address.
    pub sign_ins: u32,
    /// Refreshes and sign-outs a minute, by address.
    pub refreshes: u32,
    /// Changes of the own password a minute, by user.
    pub password_changes: u32,
    /// Reads a minute, by user.
    pub reads: u32,
    /// Changes a minute, by user.
    pub writes: u32,
    /// Exports under way at once, by user.
    pub exports: u32,
    /// Streams of live changes at once, by user.
    pub streams: u32,
    /// Requests to model services at once, by user.
    pub model_requests: u32,
}
