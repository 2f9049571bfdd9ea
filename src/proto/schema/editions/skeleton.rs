//! What an encoded file says of features, beside the descriptor that the library decodes, which has no place for them.
//!
//! Only the way down to options, and those as bytes. Field numbers are those of `google/protobuf/descriptor.proto`.

use protox::prost::Message;

#[derive(Clone, PartialEq, Message)]
#[prost(prost_path = "::protox::prost")]
pub(super) struct SetSkeleton {
    #[prost(message, repeated, tag = "1")]
    pub(super) files: Vec<FileSkeleton>,
}

#[derive(Clone, PartialEq, Message)]
#[prost(prost_path = "::protox::prost")]
pub(in crate::proto::schema) struct FileSkeleton {
    #[prost(message, repeated, tag = "4")]
    pub(super) messages: Vec<MessageSkeleton>,
    #[prost(message, repeated, tag = "5")]
    pub(super) enums: Vec<EnumSkeleton>,
    #[prost(message, repeated, tag = "7")]
    pub(super) extensions: Vec<FieldSkeleton>,
    #[prost(bytes = "vec", optional, tag = "8")]
    pub(super) options: Option<Vec<u8>>,
    #[prost(int32, optional, tag = "14")]
    pub(super) edition: Option<i32>,
}

#[derive(Clone, PartialEq, Message)]
#[prost(prost_path = "::protox::prost")]
pub(super) struct MessageSkeleton {
    #[prost(message, repeated, tag = "2")]
    pub(super) fields: Vec<FieldSkeleton>,
    #[prost(message, repeated, tag = "3")]
    pub(super) messages: Vec<MessageSkeleton>,
    #[prost(message, repeated, tag = "4")]
    pub(super) enums: Vec<EnumSkeleton>,
    #[prost(message, repeated, tag = "6")]
    pub(super) extensions: Vec<FieldSkeleton>,
    #[prost(bytes = "vec", optional, tag = "7")]
    pub(super) options: Option<Vec<u8>>,
    #[prost(message, repeated, tag = "8")]
    pub(super) oneofs: Vec<OneofSkeleton>,
}

#[derive(Clone, PartialEq, Message)]
#[prost(prost_path = "::protox::prost")]
pub(super) struct FieldSkeleton {
    #[prost(bytes = "vec", optional, tag = "8")]
    pub(super) options: Option<Vec<u8>>,
}

#[derive(Clone, PartialEq, Message)]
#[prost(prost_path = "::protox::prost")]
pub(super) struct OneofSkeleton {
    #[prost(bytes = "vec", optional, tag = "2")]
    pub(super) options: Option<Vec<u8>>,
}

#[derive(Clone, PartialEq, Message)]
#[prost(prost_path = "::protox::prost")]
pub(super) struct EnumSkeleton {
    #[prost(bytes = "vec", optional, tag = "3")]
    pub(super) options: Option<Vec<u8>>,
}
