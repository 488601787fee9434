//! What a service asks.

use core::net::IpAddr;

use crate::{
    environment::Environment,
    grants::IdSet,
    input::{Fields, Invalid, Json, detail, read},
    problem::Code,
    scope::{AccountId, ScopeId},
    secret::Secret,
};

/// How fresh the answer must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(rename_all = "lowercase"))]
pub enum Consistency {
    /// From the store of this location, which may be behind.
    #[default]
    Eventual,
    /// From the workspace object: what was acknowledged before the question is
    /// in the answer, at the price of the way there.
    Strong,
}

/// Is this token good, and for this?
#[derive(Debug)]
pub struct Question {
    token: Secret,
    environment: Environment,
    account: Option<AccountId>,
    scopes: IdSet<ScopeId>,
    ip: Option<IpAddr>,
    consistency: Consistency,
}

/// The members of the body, for the OpenAPI document.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema)]
#[schema(as = Question)]
pub struct QuestionSchema {
    /// The text that the API client sent, whatever it is.
    pub token: String,
    /// Which data the client wants; `live` unless said otherwise.
    pub environment: Option<Environment>,
    /// For whom; not checked unless said.
    pub account: Option<AccountId>,
    /// What for; not checked unless said.
    #[schema(value_type = Option<Vec<ScopeId>>, max_items = 500)]
    pub scopes: Option<()>,
    /// From where the client comes. A key that is for certain networks only is
    /// refused where this is left out.
    #[schema(example = "203.0.113.7")]
    pub ip: Option<AddressSchema>,
    /// How fresh the answer must be; `eventual` unless said otherwise.
    pub consistency: Option<Consistency>,
}

/// An address of IPv4 or IPv6.
#[cfg(feature = "openapi")]
pub struct AddressSchema;

#[cfg(feature = "openapi")]
mod schema {
    use utoipa::{
        PartialSchema, ToSchema,
        openapi::{KnownFormat, ObjectBuilder, OneOfBuilder, RefOr, Schema, SchemaFormat, Type},
    };

    use super::AddressSchema;

    impl PartialSchema for AddressSchema {
        fn schema() -> RefOr<Schema> {
            let of = |format| {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .format(Some(SchemaFormat::KnownFormat(format)))
            };
            OneOfBuilder::new()
                .item(of(KnownFormat::Ipv4))
                .item(of(KnownFormat::Ipv6))
                .into()
        }
    }

    impl ToSchema for AddressSchema {
        fn name() -> std::borrow::Cow<'static, str> {
            "Address".into()
        }
    }
}

impl Question {
    /// Reads the body of `POST /v1/verify`.
    ///
    /// # Errors
    ///
    /// [`Invalid`] names every field that is wrong. A text that is no token is
    /// not wrong: the verdict says so.
    pub fn read(body: &Json<'_>) -> Result<Self, Invalid> {
        let mut fields = Fields::of(body)?;
        let token = fields.required("token", read::string);
        let environment = fields.optional("environment", read::environment);
        let account = fields.optional("account", read::id);
        let scopes = fields.optional("scopes", read::id_list);
        let ip = fields.optional("ip", detail::ip);
        let consistency = fields.optional("consistency", |value| match read::string(value)? {
            "eventual" => Ok(Consistency::Eventual),
            "strong" => Ok(Consistency::Strong),
            _ => Err(Invalid::one(
                Code::InvalidConsistency,
                "This must be `eventual` or `strong`.",
            )),
        });
        fields.finish(token.map(|token| Self {
            token: Secret::new(token.to_owned()),
            environment: environment.unwrap_or_default(),
            account,
            scopes: scopes.unwrap_or_default(),
            ip,
            consistency: consistency.unwrap_or_default(),
        }))
    }

    /// About this token and nothing else, of live data.
    #[must_use]
    pub fn about(token: &str) -> Self {
        Self {
            token: Secret::new(token.to_owned()),
            environment: Environment::default(),
            account: None,
            scopes: IdSet::default(),
            ip: None,
            consistency: Consistency::default(),
        }
    }

    pub(super) fn token(&self) -> &str {
        self.token.reveal()
    }

    pub(super) fn environment(&self) -> Environment {
        self.environment
    }

    pub(super) fn account(&self) -> Option<&AccountId> {
        self.account.as_ref()
    }

    pub(super) fn scopes(&self) -> &IdSet<ScopeId> {
        &self.scopes
    }

    pub(super) fn ip(&self) -> Option<IpAddr> {
        self.ip
    }

    pub(super) fn consistency(&self) -> Consistency {
        self.consistency
    }
}
