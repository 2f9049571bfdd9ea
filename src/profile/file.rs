//! A profile as it is written: the serde form of the TOML file, and what makes a [`Profile`] of it.

use super::written::{self, FrameValue, MatchValue, OneOrMore, RuleValue, SdPair, SdValue};
use super::{Condition, Correlation, Place, Profile, ProfileError, Readings, Rule, SdLabels, Source};
use crate::frame::layout::{Layout, LayoutError};
use crate::payload::{PayloadKind, UnknownKind};
use crate::proto::learned::{Given, UnknownType};
use crate::proto::path::FieldPath;
use crate::proto::{Schema, TypeId};
use crate::units::{Both, Direction};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

/// A profile file, as `docs/formats.md` describes it. Unknown keys are errors.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileFile {
    /// Name of the profile, as `--profile` takes it.
    pub name: String,
    /// What the protocol is, in one line for people.
    #[serde(default)]
    pub description: String,
    /// TCP ports of the server.
    #[serde(default, deserialize_with = "written::ports")]
    pub ports: Vec<u16>,
    /// Address of the server.
    #[serde(default)]
    pub host: Option<IpAddr>,
    /// Layout of both directions, or one for each.
    pub frame: FrameValue,
    /// Schema files and folders, relative to the profile's folder.
    #[serde(default)]
    pub schema: Vec<String>,
    /// Folders for imports, relative to the profile's folder.
    #[serde(default)]
    pub include: Vec<String>,
    /// Type of every message that no rule gives a type.
    #[serde(default)]
    pub message: Option<String>,
    /// What the payloads are that have no type: `protobuf`, `json`, `text`, `msgpack` or `opaque`.
    #[serde(default)]
    pub payload: Option<String>,
    /// What requests and answers have in common.
    #[serde(default, rename = "match")]
    pub correlation: Option<MatchValue>,
    /// Whether answers come in the order of their requests.
    #[serde(default)]
    pub answers_in_order: bool,
    /// Types of fields by path, for payloads that have no type.
    #[serde(default)]
    pub readings: BTreeMap<String, String>,
    /// Labels that are phases.
    #[serde(default)]
    pub phases: Vec<String>,
    /// Label of the messages that are sent at an interval.
    #[serde(default)]
    pub heartbeat: Option<String>,
    /// Rules in order; the first that matches a frame decides.
    #[serde(default, rename = "rule")]
    pub rules: Vec<RuleValue>,
    /// Labels of the `sd` export.
    #[serde(default)]
    pub sd: SdValue,
}

impl ProfileFile {
    /// Parses TOML. `origin` names it in errors.
    ///
    /// # Errors
    /// [`ProfileError::Syntax`] with line and column.
    pub fn parse(text: &str, origin: &str) -> Result<Self, ProfileError> {
        toml::from_str(text)
            .map_err(|source| ProfileError::Syntax { origin: origin.to_owned(), source: Box::new(source) })
    }

    /// The schema that the file at `path`, which this is, names; none if it names none.
    ///
    /// # Errors
    /// If it cannot be loaded.
    pub fn own_schema(&self, path: &Path) -> Result<Option<Schema>, ProfileError> {
        if self.schema.is_empty() {
            return Ok(None);
        }
        let folder = path.parent().unwrap_or(Path::new(""));
        let beside = |names: &[String]| names.iter().map(|name| folder.join(name)).collect::<Vec<_>>();
        let loaded = Schema::load(&beside(&self.schema), &beside(&self.include));
        loaded.map(Some).map_err(|source| ProfileError::Schema { origin: path.display().to_string(), source })
    }

    /// Makes the profile, with `schema` as its schema.
    ///
    /// # Errors
    /// A layout that does not parse, a condition that cannot be, a message type that the schema does not have.
    pub fn resolve(self, source: Source, schema: Option<Arc<Schema>>) -> Result<Profile, ProfileError> {
        let origin = match &source {
            Source::File(path) => path.display().to_string(),
            Source::BuiltIn | Source::CommandLine => self.name.clone(),
        };
        let at = Resolver { origin: &origin, schema: schema.as_deref() };
        let layouts = match &self.frame {
            FrameValue::Both(text) => at.layout(Layout::parse_sides(text))?,
            FrameValue::Each { client, server } => {
                Both { to_server: at.layout(Layout::parse(client))?, to_client: at.layout(Layout::parse(server))? }
            }
        };
        let layouts = layouts.map(Arc::new);
        let default_message = self.message.as_deref().map(|name| at.message(name)).transpose()?;
        let mut correlations = Vec::new();
        let own = self.correlation.as_ref();
        let own = own.map(|value| at.correlation("the profile", value, &layouts, &mut correlations)).transpose()?;
        let mut rules: Vec<Rule> = self.rules.iter().map(|rule| at.rule(rule)).collect::<Result<_, _>>()?;
        for (rule, value) in rules.iter_mut().zip(&self.rules) {
            let whose = format!("rule `{}`", rule.label);
            let given = value.correlation.as_ref();
            if given.is_some() && !rule.is_answer() {
                return Err(
                    at.wrong(&rule.label, "`match` says what an answer shares with its request; give `answers` too")
                );
            }
            let given = given.map(|given| at.correlation(&whose, given, &layouts, &mut correlations)).transpose()?;
            rule.correlation = given.or(own).filter(|_| rule.is_answer());
        }
        let payload = at.payload("the profile", self.payload.as_deref(), default_message)?;
        let readings = at.readings("the profile", &self.readings)?;
        at.check_names(&self, &rules, &layouts)?;
        let contains = self.sd.contains.into_iter().map(|SdPair(text, label)| (text, label)).collect();
        Ok(Profile {
            name: self.name,
            description: self.description,
            source,
            ports: self.ports,
            host: self.host,
            layouts,
            default_message,
            payload,
            rules,
            correlations,
            correlation: own,
            answers_in_order: self.answers_in_order,
            readings,
            phases: self.phases.into_iter().map(Arc::from).collect(),
            heartbeat: self.heartbeat.map(Arc::from),
            sd: Arc::new(SdLabels { contains, other: self.sd.other }),
            schema,
        })
    }
}

/// The message type called `name`; `origin` says who names it.
///
/// # Errors
/// If there is no schema, or none of its types is called that.
pub fn message(schema: Option<&Schema>, name: &str, origin: &str) -> Result<TypeId, ProfileError> {
    let (origin, name) = (origin.to_owned(), name.to_owned());
    let Some(schema) = schema else { return Err(ProfileError::NoSchema { origin, name }) };
    match schema.find(&name) {
        Some(id) => Ok(id),
        None => Err(ProfileError::UnknownMessage { nearest: schema.suggest(&name), origin, name }),
    }
}

/// Resolves the parts of one profile.
struct Resolver<'a> {
    origin: &'a str,
    schema: Option<&'a Schema>,
}

impl Resolver<'_> {
    fn layout<L>(&self, parsed: Result<L, LayoutError>) -> Result<L, ProfileError> {
        parsed.map_err(|source| ProfileError::Layout { origin: self.origin.to_owned(), source })
    }

    fn message(&self, name: &str) -> Result<TypeId, ProfileError> {
        message(self.schema, name, self.origin)
    }

    fn rule(&self, rule: &RuleValue) -> Result<Rule, ProfileError> {
        let direction = rule.direction.as_deref().map(|text| {
            let found = Direction::BOTH.into_iter().find(|direction| direction.as_str() == text);
            found.ok_or_else(|| {
                self.wrong(&rule.label, format!("direction `{text}` is neither `client->server` nor `server->client`"))
            })
        });
        let header = rule.header.iter().map(|(name, value)| Ok((name.clone(), self.condition(rule, name, value)?)));
        let fields = rule.fields.iter().map(|(path, value)| {
            let parsed = FieldPath::parse(path).map_err(|error| self.wrong(&rule.label, error))?;
            Ok((parsed, self.condition(rule, path, value)?))
        });
        let answers = match &rule.answers {
            OneOrMore::None => Vec::new(),
            OneOrMore::One(label) => vec![Arc::from(label.as_str())],
            OneOrMore::More(labels) => labels.iter().map(|label| Arc::from(label.as_str())).collect(),
        };
        let message = rule.message.as_deref().map(|name| self.message(name)).transpose()?;
        Ok(Rule {
            label: Arc::from(rule.label.as_str()),
            direction: direction.transpose()?,
            answers,
            correlation: None,
            header: header.collect::<Result<_, ProfileError>>()?,
            fields: fields.collect::<Result<_, ProfileError>>()?,
            message,
            payload: self.payload(&format!("rule `{}`", rule.label), rule.payload.as_deref(), message)?,
            readings: self.readings(&format!("rule `{}`", rule.label), &rule.readings)?,
        })
    }

    /// Parses what payloads are; `whose` says in errors where it stands. Those with a message type are protobuf.
    fn payload(
        &self,
        whose: &str,
        name: Option<&str>,
        message: Option<TypeId>,
    ) -> Result<Option<PayloadKind>, ProfileError> {
        let wrong =
            |what: String| ProfileError::Value { origin: self.origin.to_owned(), what: format!("{whose}: {what}") };
        let kind: Option<PayloadKind> =
            name.map(|name| name.parse().map_err(|error: UnknownKind| wrong(error.to_string()))).transpose()?;
        match kind {
            Some(kind) if kind != PayloadKind::Protobuf && message.is_some() => {
                Err(wrong(format!("payloads with a message type are protobuf, not {kind}")))
            }
            kind => Ok(kind),
        }
    }

    /// The 0-based index in `known` of what `match` names, which is added where it is new; `whose` says in errors where
    /// it stands.
    fn correlation(
        &self,
        whose: &str,
        value: &MatchValue,
        layouts: &Both<Arc<Layout>>,
        known: &mut Vec<Correlation>,
    ) -> Result<usize, ProfileError> {
        let wrong = |what: String| ProfileError::Value {
            origin: self.origin.to_owned(),
            what: format!("{whose}, `match`: {what}"),
        };
        let is_field = |name: &str| layouts.values().any(|each| each.has_field(name));
        let place = |text: &str| match Place::parse(text, is_field).map_err(|error| wrong(error.to_string()))? {
            // With a schema payloads are protobuf, which has no keys.
            Place::Header(_) | Place::Key(_) if self.schema.is_some() && !is_field(text) => {
                Err(wrong(format!("the layout has no field `{text}`; a payload field is a path like 2.1")))
            }
            Place::Header(name) if !is_field(&name) => {
                Err(wrong(format!("`{name}` is neither a field of the layout nor a path like 2.1 or meta.id")))
            }
            place => Ok(place),
        };
        let correlation = match value {
            MatchValue::Both(text) => Correlation { request: place(text)?, answer: place(text)? },
            MatchValue::Each { request, answer } => Correlation { request: place(request)?, answer: place(answer)? },
        };
        Ok(known.iter().position(|known| *known == correlation).unwrap_or_else(|| {
            known.push(correlation);
            known.len() - 1
        }))
    }

    /// Parses the types that the user gives to fields by path; `whose` says in errors where they stand.
    fn readings(&self, whose: &str, readings: &BTreeMap<String, String>) -> Result<Readings, ProfileError> {
        let wrong = |path: &str, what: String| ProfileError::Value {
            origin: self.origin.to_owned(),
            what: format!("{whose}, reading of `{path}`: {what}"),
        };
        let parsed = readings.iter().map(|(path, name)| {
            let given = name.parse().map_err(|error: UnknownType| {
                wrong(path, format!("{error}; give one of {}", Given::names().collect::<Vec<_>>().join(", ")))
            })?;
            Ok((FieldPath::parse(path).map_err(|error| wrong(path, error.to_string()))?, given))
        });
        parsed.collect()
    }

    /// Refuses labels and header fields that nothing is called: what they are given for could never happen.
    fn check_names(&self, file: &ProfileFile, rules: &[Rule], layouts: &Both<Arc<Layout>>) -> Result<(), ProfileError> {
        let is_label = |name: &str| name == "*" || rules.iter().any(|rule| &*rule.label == name);
        for rule in rules {
            if let Some((name, _)) =
                rule.header.iter().find(|(name, _)| !layouts.values().any(|each| each.has_field(name)))
            {
                return Err(self.wrong(&rule.label, format!("the layout has no field `{name}`")));
            }
            if let Some(label) = rule.answers.iter().find(|label| !is_label(label)) {
                return Err(self.wrong(&rule.label, format!("it answers `{label}`, which no rule is called")));
            }
        }
        let named = file
            .phases
            .iter()
            .map(|name| ("phases", name))
            .chain(file.heartbeat.iter().map(|name| ("heartbeat", name)));
        match named.into_iter().find(|(_, name)| !is_label(name)) {
            None => Ok(()),
            Some((key, name)) => Err(ProfileError::Value {
                origin: self.origin.to_owned(),
                what: format!("`{key}` names `{name}`, which no rule is called"),
            }),
        }
    }

    fn condition(&self, rule: &RuleValue, name: &str, value: &toml::Value) -> Result<Condition, ProfileError> {
        Ok(match value {
            toml::Value::String(text) => Condition::Text(text.clone()),
            toml::Value::Integer(number) => Condition::Number(number.cast_unsigned()),
            toml::Value::Boolean(present) => Condition::Present(*present),
            toml::Value::Array(several) => {
                Condition::OneOf(several.iter().map(|one| self.condition(rule, name, one)).collect::<Result<_, _>>()?)
            }
            other => {
                let what = format!(
                    "`{name}` is compared with a {}; give a string, an integer, true (present), false (absent) or an array of them",
                    other.type_str()
                );
                return Err(self.wrong(&rule.label, what));
            }
        })
    }

    fn wrong(&self, label: &str, what: impl std::fmt::Display) -> ProfileError {
        ProfileError::Value { origin: self.origin.to_owned(), what: format!("rule `{label}`: {what}") }
    }
}
