//! The few things about the layout that can be chosen, in `[fmt]` of `aakit.toml`.

/// What can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Style {
    /// Blanks for each level, from 1 to 16.
    pub indent: usize,
    /// What becomes of columns.
    pub align: Align,
    /// The width in columns from which on a long rule is broken before its conditions; `None` never.
    pub max_width: Option<usize>,
}

/// What becomes of permissions, `owner` and comments that stand in columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    /// Columns that are real stay.
    #[default]
    Keep,
    /// All columns go.
    None,
}

/// What is wrong with an option of `[fmt]`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StyleError {
    /// `indent` is out of range.
    #[error("`indent` must be a number from 1 to {}", Style::MAX_INDENT)]
    Indent,
    /// `align` is neither of its words.
    #[error("`align` must be \"keep\" or \"none\"")]
    Align,
    /// `max-width` is out of range.
    #[error("`max-width` must be 0, which means off, or a number of columns up to {}", Style::MAX_WIDTH)]
    MaxWidth,
}

impl Default for Style {
    fn default() -> Self {
        Self { indent: 2, align: Align::Keep, max_width: None }
    }
}

impl Style {
    /// The widest level.
    pub const MAX_INDENT: usize = 16;
    /// The largest width that is taken.
    pub const MAX_WIDTH: usize = 10_000;

    /// With this many blanks for each level.
    ///
    /// # Errors
    /// When that is not from 1 to [`Style::MAX_INDENT`].
    pub fn with_indent(self, indent: i64) -> Result<Self, StyleError> {
        match usize::try_from(indent) {
            Ok(indent @ 1..=Self::MAX_INDENT) => Ok(Self { indent, ..self }),
            _ => Err(StyleError::Indent),
        }
    }

    /// With columns as this word says.
    ///
    /// # Errors
    /// When it is neither `keep` nor `none`.
    pub fn with_align(self, align: &str) -> Result<Self, StyleError> {
        match align {
            "keep" => Ok(Self { align: Align::Keep, ..self }),
            "none" => Ok(Self { align: Align::None, ..self }),
            _ => Err(StyleError::Align),
        }
    }

    /// With this width, 0 for none.
    ///
    /// # Errors
    /// When it is negative or over [`Style::MAX_WIDTH`].
    pub fn with_max_width(self, width: i64) -> Result<Self, StyleError> {
        match usize::try_from(width) {
            Ok(0) => Ok(Self { max_width: None, ..self }),
            Ok(width @ ..=Self::MAX_WIDTH) => Ok(Self { max_width: Some(width), ..self }),
            _ => Err(StyleError::MaxWidth),
        }
    }
}
