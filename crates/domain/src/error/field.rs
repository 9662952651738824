//! The fault of one field.

/// One fault of one input field.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// JSON pointer (RFC 6901) to the field in the body, or `/name` of a query parameter.
    #[cfg_attr(feature = "openapi", schema(example = "/username"))]
    pub pointer: String,
    /// Stable code of the fault.
    #[cfg_attr(feature = "openapi", schema(example = "too-short"))]
    pub code: String,
    /// What is wrong and what would be right, for people.
    #[cfg_attr(feature = "openapi", schema(example = "must have at least 3 characters"))]
    pub message: String,
}

impl FieldError {
    /// A fault `code` of the field at `pointer`.
    pub fn new(pointer: impl Into<String>, code: &str, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code: code.to_owned(), message: message.into() }
    }
}
