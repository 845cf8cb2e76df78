//! Which profiles a text holds, as the parser counts them.

use super::error::LoadError;
use super::load::LoadRequest;
use super::loaded::split_namespace;
use super::messages;
use super::parser_command::ParserCommand;
use super::scratch::Scratch;
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
    let handed = super::load::handed(system);
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

/// The name under which the kernel lists `name` once it is loaded into `namespace`.
pub(super) fn in_namespace(name: &str, namespace: Option<&str>) -> String {
    let (own, bare) = split_namespace(name);
    match namespace.unwrap_or(own) {
        "" => bare.to_owned(),
        namespace => format!(":{namespace}:{bare}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_namespace_overrides_the_names_own() {
        assert_eq!(in_namespace("a//b", None), "a//b");
        assert_eq!(in_namespace(":x:a", None), ":x:a");
        assert_eq!(in_namespace(":x:a", Some("y")), ":y:a");
    }
}
