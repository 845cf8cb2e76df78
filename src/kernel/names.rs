//! Which profiles a text holds, as the parser counts them.

use super::error::LoadError;
use super::messages;
use super::parser_command::ParserCommand;
use super::request::LoadRequest;
use super::scratch::{Scratch, handed};
use super::system::System;
use std::ffi::OsString;

/// The full names of the profiles, children and hats in the request's text, as the kernel will list them. Variables in
/// a name are not expanded by the parser (`p@{X}`): who knows their values gives the names in the request.
///
/// # Errors
///
/// [`LoadError::Rejected`] when the text cannot be parsed, and the errors of running the parser.
pub fn profile_names(
    system: &System,
    parser: &ParserCommand,
    request: &LoadRequest<'_>,
) -> Result<Vec<String>, LoadError> {
    let mut scratch = Scratch::new(system, request.text)?;
    let handed = handed(system);
    let mut arguments = vec![OsString::from("-N")];
    arguments.extend(request.search_arguments());
    arguments.extend(handed.iter().map(OsString::from));
    let reader =
        scratch.reader(system).map_err(|source| LoadError::Scratch { reasons: String::new(), source })?;
    let finished = parser.run(arguments, reader.into())?;
    if !finished.status.success() {
        let handed = handed.unwrap_or_default();
        return Err(LoadError::Rejected {
            path: parser.path().to_path_buf(),
            code: finished.status.code().unwrap_or(-1),
            messages: messages::parse(&String::from_utf8_lossy(&finished.stderr), &handed),
        });
    }
    let names =
        String::from_utf8_lossy(&finished.stdout).lines().map(|name| request.listed_name(name)).collect();
    Ok(names)
}
