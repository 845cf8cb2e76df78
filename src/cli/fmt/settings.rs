//! The table `[fmt]` of `aakit.toml`.

use crate::cli::error::Error;
use crate::format::Style;
use crate::lint::Config;
use crate::lint::config::FILE_NAME;
use crate::vocabulary::did_you_mean;
use toml::Value;

const KEYS: [&str; 4] = ["indent", "align", "max-width", "exclude"];

/// What it says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::cli) struct Settings {
    /// The style.
    pub(in crate::cli) style: Style,
    /// Patterns of files that are left as they are, relative to the config's directory.
    pub(super) exclude: Vec<String>,
}

impl Settings {
    /// The settings in a config.
    ///
    /// # Errors
    /// When a key is unknown or a value is wrong.
    pub(in crate::cli) fn of(config: &Config) -> Result<Self, Error> {
        let mut settings = Self::default();
        for (key, value) in &config.fmt {
            settings = settings.with(key, value).map_err(|reason| {
                let file = config.directory.join(FILE_NAME);
                Error::other(format!("`{}` cannot be used: in `[fmt]`, {reason}", file.display()))
                    .with_help("see `aakit fmt --help` for the keys and their values")
            })?;
        }
        Ok(settings)
    }

    fn with(self, key: &str, value: &Value) -> Result<Self, String> {
        let Self { style, mut exclude } = self;
        let number = || value.as_integer().ok_or_else(|| format!("`{key}` must be a number"));
        let told = |error: crate::format::StyleError| error.to_string();
        let style = match key {
            "indent" => style.with_indent(number()?).map_err(told)?,
            "max-width" => style.with_max_width(number()?).map_err(told)?,
            "align" => style.with_align(value.as_str().unwrap_or_default()).map_err(told)?,
            "exclude" => {
                let texts = value.as_array().map(Vec::as_slice).unwrap_or_default();
                let patterns = texts.iter().map(|text| text.as_str().map(str::to_owned));
                exclude = patterns.collect::<Option<_>>().ok_or("`exclude` must be a list of patterns")?;
                if value.as_array().is_none() {
                    return Err("`exclude` must be a list of patterns".to_owned());
                }
                style
            }
            _ => {
                let meant = did_you_mean(key, KEYS);
                let hint = meant.map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
                return Err(format!("there is no key `{key}`{hint}"));
            }
        };
        Ok(Self { style, exclude })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> Result<Settings, String> {
        let config = Config { fmt: toml::from_str(text).unwrap(), ..Config::default() };
        Settings::of(&config).map_err(|error| error.to_string())
    }

    #[test]
    fn all_keys_are_read() {
        let read = settings("indent = 4\nalign = 'none'\nmax-width = 100\nexclude = ['vendor/**']").unwrap();
        let style = Style::default().with_indent(4).unwrap().with_align("none").unwrap().with_max_width(100);
        assert_eq!(read, Settings { style: style.unwrap(), exclude: vec!["vendor/**".to_owned()] });
        assert_eq!(settings(""), Ok(Settings::default()));
    }

    #[test]
    fn a_wrong_value_is_told() {
        for (text, reason) in [
            ("indent = 0", "`indent` must be a number from 1 to 16"),
            ("indent = 'x'", "`indent` must be a number"),
            ("align = 1", "`align` must be \"keep\" or \"none\""),
            ("max-width = -1", "`max-width` must be 0"),
            ("exclude = 'x'", "`exclude` must be a list of patterns"),
            ("exclude = [1]", "`exclude` must be a list of patterns"),
            ("widht = 1", "there is no key `widht`"),
            ("max_width = 1", "did you mean `max-width`?"),
        ] {
            let error = settings(text).unwrap_err();
            assert!(error.starts_with("`aakit.toml` cannot be used: in `[fmt]`, "), "{error}");
            assert!(error.contains(reason), "{error}");
        }
    }
}
