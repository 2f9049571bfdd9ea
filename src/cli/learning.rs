//! What payloads without a type are read by: `--as`.

use crate::proto::learned::Given;
use crate::proto::path::FieldPath;

/// Reads `1.2.4=string`: a field path and the type that the user gives it.
pub(super) fn given(text: &str) -> Result<(FieldPath, Given), String> {
    let (path, name) = text.split_once('=').ok_or("expected a field path, = and a type, such as 1.2.4=string")?;
    let path = FieldPath::parse(path.trim()).map_err(|error| error.to_string())?;
    let names = || Given::names().collect::<Vec<_>>().join(", ");
    let given = name.trim().parse().map_err(|error| format!("{error}; give one of {}", names()))?;
    Ok((path, given))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_and_a_type_are_a_reading() {
        let (path, given) = given("1.2.4=string").unwrap();
        assert_eq!((path.to_string().as_str(), given), ("1.2.4", "string".parse().unwrap()));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let text = |text| given(text).unwrap_err();
        assert_eq!(text("1.2"), "expected a field path, = and a type, such as 1.2.4=string");
        assert!(text("1.x=string").starts_with("`x` is not a field number"));
        assert!(text("1=text").starts_with("`text` is not a type; give one of message, string, bytes"));
    }
}
