//! The features that decide how a field is encoded and read (protobuf, "Feature Settings for Editions").

use super::unsupported::Unsupported;
use crate::proto::WireType;
use crate::proto::wire::Cursor;
use prost_reflect::prost_types::UninterpretedOption;

/// Features of a file, message, oneof, field or enum, each an enum value of `google.protobuf.FeatureSet`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Features {
    /// Value of `field_presence`: 1 explicit, 2 implicit, 3 legacy required.
    field_presence: u64,
    /// Value of `enum_type`: 1 open, 2 closed.
    enum_type: u64,
    /// Value of `repeated_field_encoding`: 1 packed, 2 expanded.
    repeated_field_encoding: u64,
    /// Value of `message_encoding`: 1 length-prefixed, 2 delimited.
    message_encoding: u64,
}

/// Numbers of the features of `FeatureSet`; those that say nothing of encoding or reading are checked for nothing.
/// Above stand extensions, which are about the code that is generated for one language.
const KNOWN: [(u32, &str); 8] = [
    (1, "field_presence"),
    (2, "enum_type"),
    (3, "repeated_field_encoding"),
    (4, "utf8_validation"),
    (5, "message_encoding"),
    (6, "json_format"),
    (7, "enforce_naming_style"),
    (8, "default_symbol_visibility"),
];
const FIRST_EXTENSION: u32 = 1000;

/// Words of the values that matter, as `.proto` files write them.
const VALUES: [(&str, u64); 9] = [
    ("EXPLICIT", 1),
    ("IMPLICIT", 2),
    ("LEGACY_REQUIRED", 3),
    ("OPEN", 1),
    ("CLOSED", 2),
    ("PACKED", 1),
    ("EXPANDED", 2),
    ("LENGTH_PREFIXED", 1),
    ("DELIMITED", 2),
];

impl Features {
    /// The features of editions 2023 and 2024, where nothing else is said.
    pub(super) const DEFAULT: Self =
        Self { field_presence: 1, enum_type: 1, repeated_field_encoding: 1, message_encoding: 1 };

    pub(super) const fn is_implicit(self) -> bool {
        self.field_presence == 2
    }

    pub(super) const fn is_required(self) -> bool {
        self.field_presence == 3
    }

    pub(super) const fn is_open(self) -> bool {
        self.enum_type == 1
    }

    pub(super) const fn is_packed(self) -> bool {
        self.repeated_field_encoding == 1
    }

    pub(super) const fn is_delimited(self) -> bool {
        self.message_encoding == 2
    }

    /// Features as encoded options change them; `tag` is the field of the options that holds a `FeatureSet`.
    pub(super) fn with_encoded(mut self, options: &[u8], tag: u32) -> Result<Self, Unsupported> {
        let mut cursor = Cursor::new(options);
        while let Some(Ok(field)) = cursor.next_field() {
            if field.number != tag || field.wire_type != WireType::Len {
                continue;
            }
            let mut features = Cursor::within(options, field.value_start, field.value_end);
            while let Some(Ok(feature)) = features.next_field() {
                self.set(feature.number, feature.value)?;
            }
        }
        Ok(self)
    }

    /// Features as `option features.x = Y` changes them in the text of a file. Such options are taken out of
    /// `options`.
    pub(super) fn with_text(mut self, options: &mut Vec<UninterpretedOption>) -> Result<Self, Unsupported> {
        let is_feature = |option: &UninterpretedOption| {
            option.name.first().is_some_and(|part| !part.is_extension && part.name_part == "features")
        };
        for option in options.extract_if(.., |option| is_feature(option)) {
            match (&option.name[..], &option.identifier_value, &option.aggregate_value) {
                ([_, feature], Some(value), _) if !feature.is_extension => self.set_named(&feature.name_part, value)?,
                ([_], _, Some(aggregate)) => self.set_all(aggregate)?,
                // Features of one language.
                _ => {}
            }
        }
        Ok(self)
    }

    /// Sets features from `field_presence : IMPLICIT message_encoding : DELIMITED`, as the parser
    /// joins the tokens between braces.
    fn set_all(&mut self, aggregate: &str) -> Result<(), Unsupported> {
        let spaced = aggregate.replace([':', ',', ';', '{', '}'], " ");
        let words: Vec<&str> = spaced.split_whitespace().collect();
        for pair in words.chunks(2) {
            let [name, value] = pair else { break };
            self.set_named(name, value)?;
        }
        Ok(())
    }

    fn set_named(&mut self, name: &str, value: &str) -> Result<(), Unsupported> {
        let Some((number, _)) = KNOWN.iter().find(|(_, known)| *known == name) else {
            return Err(Unsupported(format!("the feature '{name}' is not known")));
        };
        let code = VALUES.iter().find(|(word, _)| *word == value).map_or(0, |(_, code)| *code);
        self.set(*number, code)
    }

    fn set(&mut self, number: u32, value: u64) -> Result<(), Unsupported> {
        let (slot, highest) = match number {
            1 => (&mut self.field_presence, 3),
            2 => (&mut self.enum_type, 2),
            3 => (&mut self.repeated_field_encoding, 2),
            5 => (&mut self.message_encoding, 2),
            4 | 6 | 7 | 8 | FIRST_EXTENSION.. => return Ok(()),
            _ => return Err(Unsupported(format!("feature {number} of its FeatureSet is not known"))),
        };
        if value == 0 || value > highest {
            let name = KNOWN.iter().find(|(known, _)| *known == number).map_or("", |(_, name)| name);
            return Err(Unsupported(format!("the feature '{name}' has a value that is not known")));
        }
        *slot = value;
        Ok(())
    }
}
