//! Many files to one meaning.
