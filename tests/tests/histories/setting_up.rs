//! How a world is set up, while nothing goes wrong yet.

use serde_json::{Value, json};
use waitlist_domain::values::time::Timestamp;
use waitlist_tests::StoredKey;

use super::early_numbers;
use super::event_rules::{asked, with_passes};
use super::identifiers::{EVENT, ORGANISER_KEY, SALES_KEY, TICKET_TYPES};
use super::planned_codes::CODES;
use super::requests::{Endpoint, Sent};
use super::violation::{Violation, ensure};
use super::world::World;

impl World {
    /// Makes keys, the event and its codes.
    pub(super) async fn set_up(&mut self) -> Result<(), Violation> {
        for (key, role) in [(ORGANISER_KEY, "organiser"), (SALES_KEY, "sales")] {
            self.cloud.create_key(&StoredKey::new(key, role)).await;
        }
        self.learn()?;
        self.ask(Sent::new(Endpoint::PutEvent, ORGANISER_KEY, self.first_event()).to("eventId", EVENT));
        self.live_until(self.now()).await?;
        while !self.running.is_empty() {
            self.take_a_turn()?;
        }
        ensure!(self.mirror.event.is_some(), "the first event is created", "{:?}", self.asks[0].answers);
        self.set_codes_up().await?;
        if self.plan.first_number > 1 {
            early_numbers::hand_out(self).await;
            self.learn()?;
        }
        self.weather = self.plan.weather.clone();
        self.cloud.faults(self.weather.plan());
        Ok(())
    }

    /// Reads what was written from outside.
    fn learn(&mut self) -> Result<(), Violation> {
        for record in self.cloud.take_stream_records() {
            self.mirror.apply(&record)?;
            self.told.push(record);
        }
        self.cloud.take_calls();
        Ok(())
    }

    fn first_event(&self) -> Value {
        let plan = &self.plan;
        let types = TICKET_TYPES.iter().zip(&plan.capacities);
        let types: Vec<Value> =
            types.map(|(id, capacity)| json!({ "id": id, "name": id, "capacity": capacity })).collect();
        let mut event = json!({
            "name": "Camp",
            "startsAt": Timestamp::from_milliseconds(self.now() + plan.starts_in).to_rfc3339(),
            "timeZone": "Europe/Berlin",
            "ticketTypes": types,
            "waitlist": {
                "proof": plan.proof.word(),
                "confirmWithin": plan.proof.confirm_within,
                "maxSize": plan.max_size,
                "maxQuantity": plan.max_quantity,
                "maxOffers": plan.max_offers,
                "maxPlaces": plan.max_places,
                "onePlacePerMailbox": plan.one_place_per_mailbox,
                "fit": plan.fit.words().0,
                "notificationWindow": plan.notification_window,
                "purchaseWindow": plan.purchase_window,
                "reminderAt": plan.reminder_at,
                "movedUpAt": plan.moved_up_at,
            },
        });
        with_passes(&mut event, plan.fit);
        event["waitlist"]["form"] = asked(plan.form);
        plan.order.say(&mut event["waitlist"], self.began_at);
        event
    }

    /// Sets up the planned codes.
    async fn set_codes_up(&mut self) -> Result<(), Violation> {
        let tiers = self.plan.order.tiers();
        for (code, planned) in CODES.into_iter().zip(self.plan.codes.clone()).filter(|_| !tiers.is_empty()) {
            let body = json!({
                "code": code,
                "tier": tiers[planned.tier % tiers.len()],
                "maxUses": planned.max_uses,
                "endsAt": Timestamp::from_milliseconds(self.began_at + planned.ends_in).to_rfc3339(),
            });
            self.ask(Sent::new(Endpoint::CreateCode, ORGANISER_KEY, body).to("eventId", EVENT));
            while !self.running.is_empty() {
                self.take_a_turn()?;
            }
            let ask = self.asks.last().expect("it was asked just now");
            let is_set_up = ask.answers.last().is_some_and(|(status, _)| *status == 201);
            ensure!(is_set_up, "a code is set up", "{:?}", ask.answers);
        }
        Ok(())
    }
}
