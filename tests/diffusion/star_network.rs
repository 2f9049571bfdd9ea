//! The Star Network flow: service discovery, lobby destinations, region setup, heartbeats.

use super::schema::{Schema, text};
use super::{Frame, Plan, Session, Step, now, random};
use prost_reflect::Value;
use std::io;

const HOST: &str = "127.0.0.1";
const REGION: &str = "us-east-1";

fn schema() -> io::Result<Schema> {
    Schema::compile("schemas/star_network.proto", "star_network")
}

/// What a client sends: three requests to set up, then heartbeats.
pub(super) fn script(plan: &Plan) -> io::Result<Vec<Step>> {
    let schema = schema()?;
    let request = |message: &str, name: &str, body: Value, pause: bool| {
        let fields = [("name", text(name)), ("body", body), ("unknown_3", Value::I64(0))];
        Ok::<_, io::Error>(Step { frames: vec![Frame::new(schema.encode(message, fields)?)], pause })
    };
    let session = schema.message("SessionId", [("high", Value::U64(random())), ("low", Value::U64(random()))])?;
    let discovery = schema.message(
        "ServiceDiscoveryBody",
        [("client_name", text(&plan.name)), ("client_id", text("sc_client")), ("session", session)],
    )?;
    let zeros = ["unknown_1", "unknown_2", "unknown_3"].map(|field| (field, Value::I64(0)));
    let mut steps = vec![
        request("ServiceDiscoveryRequest", "diff.service.online", discovery, false)?,
        request("LobbyDestinationRequest", "cmsg_ls_req_dests", schema.message("LobbyDestinationBody", [])?, true)?,
        request("RegionSetupRequest", "cmsg_set_region_id", schema.message("RegionSetupBody", zeros)?, true)?,
    ];
    for beat in 0..plan.heartbeats {
        let status = if beat == 0 { [0, -1, -1, -1] } else { [4, 0, -1, -1] };
        let [state, second, third, fourth] = status.map(Value::I64);
        let fields = [("state", state), ("unknown_2", second), ("unknown_3", third), ("unknown_4", fourth)];
        let status = schema.message("HeartbeatStatus", fields)?;
        let body = schema.message("HeartbeatBody", [("status", status)])?;
        steps.push(request("HeartbeatRequest", "heartbeat", body, true)?);
    }
    Ok(steps)
}

/// The server's side: it answers by the name in the envelope.
pub(super) struct Service {
    schema: Schema,
    port: i32,
    session_token: String,
}

impl Service {
    pub(super) fn new(port: u16) -> io::Result<Self> {
        let session_token = format!("session_{}_{:08x}", now().as_secs(), random() >> 32);
        Ok(Self { schema: schema()?, port: i32::from(port), session_token })
    }

    fn endpoint(&self, name: &str, port: i32, ssl: bool, protocols: [&str; 2]) -> io::Result<Value> {
        let protocols = Value::List(protocols.map(text).to_vec());
        self.schema.message(
            "ServiceEndpoint",
            [
                ("service_name", text(name)),
                ("host", text(HOST)),
                ("port", Value::I32(port)),
                ("ssl_enabled", Value::Bool(ssl)),
                ("protocols", protocols),
            ],
        )
    }

    fn game_server(&self) -> io::Result<Value> {
        self.endpoint("game_server", 5678, false, ["grpc", "http2"])
    }

    fn service_discovery(&self) -> io::Result<Vec<u8>> {
        let endpoints = vec![
            self.endpoint("authentication_service", 8443, true, ["https", "websocket"])?,
            self.endpoint("diffusion_service", self.port, false, ["http", "websocket"])?,
            self.game_server()?,
        ];
        self.schema.encode(
            "ServiceDiscoveryResponse",
            [
                ("service_online", Value::Bool(true)),
                ("endpoints", Value::List(endpoints)),
                ("server_version", text("1.0.0")),
                ("server_time", now_ms()),
            ],
        )
    }

    fn lobby_destinations(&self) -> io::Result<Vec<u8>> {
        let destination = self.schema.message(
            "LobbyDestination",
            [
                ("destination_id", text("server_00042")),
                ("name", text("Persistent Universe - Sample System")),
                ("host", text(HOST)),
                ("port", Value::I32(5678)),
                ("player_count", Value::I32(17)),
                ("max_players", Value::I32(100)),
                ("game_mode", text("persistent_universe")),
                ("available", Value::Bool(true)),
            ],
        )?;
        let destinations = Value::List(vec![destination]);
        let fields = [("destinations", destinations), ("region_id", text(REGION)), ("response_time", now_ms())];
        self.schema.encode("LobbyDestinationResponse", fields)
    }

    fn region_setup(&self) -> io::Result<Vec<u8>> {
        self.schema.encode(
            "RegionSetupResponse",
            [
                ("success", Value::Bool(true)),
                ("region_id", text(REGION)),
                ("message", text("Region is set")),
                ("region_services", Value::List(vec![self.game_server()?])),
            ],
        )
    }

    fn heartbeat(&self) -> io::Result<Vec<u8>> {
        self.schema.encode(
            "HeartbeatResponse",
            [
                ("heartbeat_ack", text("heartbeat_ack")),
                ("server_time", now_ms()),
                ("session_token", text(&self.session_token)),
                ("keep_alive", Value::Bool(true)),
                ("heartbeat_interval", Value::I32(30)),
            ],
        )
    }
}

impl Session for Service {
    fn answer(&mut self, request: &Frame) -> io::Result<Vec<Frame>> {
        let envelope = self.schema.decode("ClientEnvelope", &request.payload)?;
        let name = envelope.get_field_by_name("name");
        let answer = match name.as_deref().and_then(Value::as_str) {
            Some("diff.service.online") => self.service_discovery()?,
            Some("cmsg_ls_req_dests") => self.lobby_destinations()?,
            Some("cmsg_set_region_id") => self.region_setup()?,
            Some("heartbeat") => self.heartbeat()?,
            other => return Err(io::Error::other(format!("no answer to {other:?}"))),
        };
        Ok(vec![Frame::new(answer)])
    }
}

fn now_ms() -> Value {
    Value::I64(i64::try_from(now().as_millis()).unwrap_or(i64::MAX))
}
