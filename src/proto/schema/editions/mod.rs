//! Files with an edition become files of proto2, and amendments for what proto2 cannot say.
//!
//! In: a descriptor with `syntax = "editions"`, which the library does not take, or the text of a file with
//! `edition = …`, which its parser does not take. Out: a descriptor that it takes. Features are inherited from file to
//! message, oneof and field. Refused is what could mean something else than is known here: another edition, or
//! a feature or value that editions 2023 and 2024 do not have. Sources: `google/protobuf/descriptor.proto`;
//! <https://protobuf.dev/editions/features/>.

mod features;
mod skeleton;
#[cfg(test)]
mod tests;
mod unsupported;

use super::amendments::{Amendments, full_name};
use features::Features;
use prost_reflect::prost_types::field_descriptor_proto::{Label, Type};
use prost_reflect::prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto, MessageOptions,
};
use protox::prost::Message as _;
pub(super) use skeleton::FileSkeleton;
use skeleton::{EnumSkeleton, FieldSkeleton, MessageSkeleton, OneofSkeleton, SetSkeleton};
pub(super) use unsupported::Unsupported;

/// Editions by number and name.
const EDITIONS: [(i32, &str); 2] = [(1000, "2023"), (1001, "2024")];

/// Numbers of the fields in which the options of each kind of element hold their `FeatureSet`.
const FILE_FEATURES: u32 = 50;
const MESSAGE_FEATURES: u32 = 12;
const FIELD_FEATURES: u32 = 21;
const ONEOF_FEATURES: u32 = 1;
const ENUM_FEATURES: u32 = 7;

/// Whether a descriptor is of an edition.
pub(super) fn is_edition(file: &FileDescriptorProto) -> bool {
    file.syntax() == "editions"
}

/// What `set`, an encoded `FileDescriptorSet`, says of features, in the order of its files.
pub(super) fn skeletons(set: &[u8]) -> Vec<FileSkeleton> {
    SetSkeleton::decode(set).map(|set| set.files).unwrap_or_default()
}

/// Converts a descriptor in place.
///
/// # Errors
///
/// If its edition or one of its features is not known.
pub(super) fn convert(file: &mut FileDescriptorProto, skeleton: &FileSkeleton) -> Result<Amendments, Unsupported> {
    let edition = skeleton.edition.unwrap_or_default();
    if !EDITIONS.iter().any(|(number, _)| *number == edition) {
        return Err(Unsupported(format!("edition {edition} is not known, only 2023 (1000) and 2024 (1001) are")));
    }
    let features = Features::DEFAULT.with_encoded(skeleton.options.as_deref().unwrap_or_default(), FILE_FEATURES)?;
    rewrite(file, skeleton, features)
}

/// The text of a file with `edition = "2023";` as one that the parser takes, if it is one. It has as many lines.
pub(super) fn as_proto3(text: &str) -> Option<Result<String, Unsupported>> {
    let mut lines = text.split_inclusive('\n');
    let line = lines.find(|line| line.trim_start().strip_prefix("edition").is_some_and(is_assignment))?;
    let start = line.as_ptr() as usize - text.as_ptr() as usize;
    let (statement, rest) = line.split_once(';').unwrap_or((line, ""));
    let edition = statement.split(['"', '\'']).nth(1).unwrap_or_default();
    Some(if EDITIONS.iter().any(|(_, name)| *name == edition) {
        let (before, behind) = (text.get(..start).unwrap_or_default(), text.get(start + line.len()..));
        Ok(format!("{before}syntax = \"proto3\";{rest}{}", behind.unwrap_or_default()))
    } else {
        Err(Unsupported(format!("edition '{edition}' is not known, only 2023 and 2024 are")))
    })
}

fn is_assignment(rest: &str) -> bool {
    rest.trim_start().starts_with('=')
}

/// Converts what the parser made of [`as_proto3`], in place.
///
/// # Errors
///
/// If one of its features is not known.
pub(super) fn convert_parsed(file: &mut FileDescriptorProto) -> Result<Amendments, Unsupported> {
    let features = match &mut file.options {
        Some(options) => Features::DEFAULT.with_text(&mut options.uninterpreted_option)?,
        None => Features::DEFAULT,
    };
    rewrite(file, &FileSkeleton::default(), features)
}

fn rewrite(
    file: &mut FileDescriptorProto,
    skeleton: &FileSkeleton,
    features: Features,
) -> Result<Amendments, Unsupported> {
    file.syntax = Some("proto2".to_owned());
    let scope = file.package().to_owned();
    let mut walk = Walk::default();
    walk.messages(&mut file.message_type, &skeleton.messages, &scope, features)?;
    walk.enums(&mut file.enum_type, &skeleton.enums, &scope, features)?;
    walk.extensions(&mut file.extension, &skeleton.extensions, &scope, features)?;
    Ok(walk.amendments)
}

#[derive(Default)]
struct Walk {
    amendments: Amendments,
}

impl Walk {
    fn messages(
        &mut self,
        messages: &mut [DescriptorProto],
        skeletons: &[MessageSkeleton],
        scope: &str,
        features: Features,
    ) -> Result<(), Unsupported> {
        let none = MessageSkeleton::default();
        for (index, message) in messages.iter_mut().enumerate() {
            let skeleton = skeletons.get(index).unwrap_or(&none);
            self.message(message, skeleton, scope, features)?;
        }
        Ok(())
    }

    fn message(
        &mut self,
        message: &mut DescriptorProto,
        skeleton: &MessageSkeleton,
        scope: &str,
        features: Features,
    ) -> Result<(), Unsupported> {
        let name = full_name(scope, message.name());
        let mut features = features.with_encoded(skeleton.options.as_deref().unwrap_or_default(), MESSAGE_FEATURES)?;
        if let Some(options) = &mut message.options {
            features = features.with_text(&mut options.uninterpreted_option)?;
        }
        let mut oneofs = Vec::with_capacity(message.oneof_decl.len());
        let none = OneofSkeleton::default();
        for (index, oneof) in message.oneof_decl.iter_mut().enumerate() {
            let options = skeleton.oneofs.get(index).unwrap_or(&none).options.as_deref().unwrap_or_default();
            let of_oneof = features.with_encoded(options, ONEOF_FEATURES)?;
            oneofs.push(match &mut oneof.options {
                Some(options) => of_oneof.with_text(&mut options.uninterpreted_option)?,
                None => of_oneof,
            });
        }
        // Entries of maps are never delimited, and have no presence of their own to speak of.
        let is_entry = message.options.as_ref().is_some_and(MessageOptions::map_entry);
        let none = FieldSkeleton::default();
        for (index, field) in message.field.iter_mut().enumerate().filter(|_| !is_entry) {
            let oneof = field.oneof_index.and_then(|index| usize::try_from(index).ok());
            let inherited = oneof.and_then(|index| oneofs.get(index)).copied().unwrap_or(features);
            let of_field = of_field(field, skeleton.fields.get(index).unwrap_or(&none), inherited)?;
            self.field(field, &name, of_field);
        }
        self.extensions(&mut message.extension, &skeleton.extensions, &name, features)?;
        self.enums(&mut message.enum_type, &skeleton.enums, &name, features)?;
        self.messages(&mut message.nested_type, &skeleton.messages, &name, features)
    }

    fn extensions(
        &mut self,
        extensions: &mut [FieldDescriptorProto],
        skeletons: &[FieldSkeleton],
        scope: &str,
        features: Features,
    ) -> Result<(), Unsupported> {
        let none = FieldSkeleton::default();
        for (index, extension) in extensions.iter_mut().enumerate() {
            let of_extension = of_field(extension, skeletons.get(index).unwrap_or(&none), features)?;
            let name = full_name(scope, extension.name());
            self.field(extension, &name, of_extension);
        }
        Ok(())
    }

    fn field(&mut self, field: &mut FieldDescriptorProto, owner: &str, features: Features) {
        let place = || (owner.to_owned(), field.number().cast_unsigned());
        // In parsed text, named types do not know yet whether they are messages.
        let may_be_message = field.type_name.is_some() && field.r#type != Some(Type::Enum as i32);
        if features.is_delimited() && may_be_message {
            self.amendments.delimited.insert(place());
        }
        let is_singular = field.label() != Label::Repeated && field.oneof_index.is_none() && field.extendee.is_none();
        if is_singular && features.is_implicit() {
            self.amendments.implicit.insert(place());
        }
        if is_singular && features.is_required() {
            field.set_label(Label::Required);
        }
        let is_number = !matches!(field.r#type, Some(kind) if kind == Type::String as i32 || kind == Type::Bytes as i32)
            && field.type_name.is_none();
        if field.label() == Label::Repeated && is_number {
            field.options.get_or_insert_default().packed = Some(features.is_packed());
        }
    }

    fn enums(
        &mut self,
        enums: &mut [EnumDescriptorProto],
        skeletons: &[EnumSkeleton],
        scope: &str,
        features: Features,
    ) -> Result<(), Unsupported> {
        for (index, enumeration) in enums.iter_mut().enumerate() {
            let options = skeletons.get(index).and_then(|skeleton| skeleton.options.as_deref()).unwrap_or_default();
            let mut of_enum = features.with_encoded(options, ENUM_FEATURES)?;
            if let Some(options) = &mut enumeration.options {
                of_enum = of_enum.with_text(&mut options.uninterpreted_option)?;
            }
            if of_enum.is_open() {
                self.amendments.open_enums.insert(full_name(scope, enumeration.name()));
            }
        }
        Ok(())
    }
}

fn of_field(
    field: &mut FieldDescriptorProto,
    skeleton: &FieldSkeleton,
    inherited: Features,
) -> Result<Features, Unsupported> {
    let features = inherited.with_encoded(skeleton.options.as_deref().unwrap_or_default(), FIELD_FEATURES)?;
    match &mut field.options {
        Some(options) => features.with_text(&mut options.uninterpreted_option),
        None => Ok(features),
    }
}
