//! Pages for people who are not signed in: sign-in, set-up, forced change of password, reset link.

mod change_password;
mod model;
mod reset_password;
mod set_up;
mod sign_in;

pub(crate) use self::model::suggest_short_name;

pub use self::{
    change_password::ChangePasswordPage, reset_password::ResetPasswordPage, set_up::SetUpPage, sign_in::SignInPage,
};
