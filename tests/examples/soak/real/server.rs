//! A token endpoint with bad spells, and an API that throttles and hangs up now and then.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use cxone_auth_tests::{Received, Reply, Server, Stage};
use serde_json::json;

use crate::chance::Chance;

/// The lifetime of a token, in seconds: it outlives most bad spells, and is renewed many times.
const LIFETIME: u64 = 6;

struct Simulation {
    chance: Chance,
    weather: Weather,
    changes_at: Instant,
    /// The end of each token; one that was revoked is not among them.
    tokens: HashMap<String, Instant>,
    issued: u64,
    refused: u64,
    throttled: u64,
    hung_up: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weather {
    Fair,
    Broken,
    Throttling,
    Hanging,
    HangingUp,
    CuttingShort,
}

/// Starts the server, whose faults are drawn from the seed.
pub(crate) fn start(seed: u64) -> Server {
    let simulation = Mutex::new(Simulation {
        chance: Chance::new(seed),
        weather: Weather::Fair,
        changes_at: Instant::now() + Duration::from_secs(2),
        tokens: HashMap::new(),
        issued: 0,
        refused: 0,
        throttled: 0,
        hung_up: 0,
    });
    Server::http(move |request| lock(&simulation).response(request))
}

fn lock(simulation: &Mutex<Simulation>) -> MutexGuard<'_, Simulation> {
    simulation.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Simulation {
    fn response(&mut self, request: &Received) -> Reply {
        match request.path() {
            "/token" => self.token_reply(),
            "/api" => self.api_reply(request),
            "/revoke" => {
                let token = request.bearer_token().unwrap_or_default();
                self.tokens.remove(token);
                Reply::empty(204)
            }
            _ => Reply::json(
                200,
                &json!({
                    "issued": self.issued, "refused": self.refused,
                    "throttled": self.throttled, "hung_up": self.hung_up,
                }),
            ),
        }
    }

    fn token_reply(&mut self) -> Reply {
        self.change_weather();
        // A fair day has its accidents as well.
        let weather = match self.weather {
            Weather::Fair if self.chance.once_in(10) => self.bad_weather(),
            weather => weather,
        };
        if weather != Weather::Fair {
            self.refused += 1;
        }
        match weather {
            Weather::Fair => self.token(),
            Weather::Broken => Reply::text(self.chance.pick(&[500, 502, 503]), "out of order"),
            Weather::Throttling => Reply::text(429, "too many").header("retry-after", "1"),
            Weather::Hanging => Reply::empty(200).stall(Stage::BeforeHead),
            Weather::HangingUp => Reply::drop_connection(),
            Weather::CuttingShort => self.token().cut_after(140),
        }
    }

    fn token(&mut self) -> Reply {
        self.issued += 1;
        let token = format!("t0ken-{:09}", self.issued);
        let body = json!({ "access_token": token, "token_type": "bearer", "expires_in": LIFETIME });
        let now = Instant::now();
        self.tokens.retain(|_, ends_at| *ends_at > now);
        self.tokens
            .insert(token, now + Duration::from_secs(LIFETIME));
        Reply::json(200, &body)
    }

    fn api_reply(&mut self, request: &Received) -> Reply {
        let token = request.bearer_token().unwrap_or_default();
        let is_good = self
            .tokens
            .get(token)
            .is_some_and(|ends_at| *ends_at > Instant::now());
        if !is_good {
            let body = json!({ "code": "bad.credentials", "status": 401 });
            return Reply::json(401, &body);
        }
        match self.chance.below(400) {
            0 => {
                self.throttled += 1;
                Reply::text(429, "too many").header("retry-after", "1")
            }
            1 => {
                self.hung_up += 1;
                Reply::drop_connection()
            }
            _ => Reply::json(200, &json!({ "entities": [] })),
        }
    }

    /// Fair for three to eight seconds, then bad for up to three.
    fn change_weather(&mut self) {
        let now = Instant::now();
        if now < self.changes_at {
            return;
        }
        let (least, most) = if self.weather == Weather::Fair {
            self.weather = self.bad_weather();
            (300, 3_000)
        } else {
            self.weather = Weather::Fair;
            (3_000, 8_000)
        };
        let [least, most] = [least, most].map(Duration::from_millis);
        self.changes_at = now + self.chance.between(least, most);
    }

    fn bad_weather(&mut self) -> Weather {
        self.chance.pick(&[
            Weather::Broken,
            Weather::Throttling,
            Weather::Hanging,
            Weather::HangingUp,
            Weather::CuttingShort,
        ])
    }
}
