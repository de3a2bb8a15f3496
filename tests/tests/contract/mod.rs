//! The store's contract, on real DynamoDB implementations: each test runs on embedded dynoxide and on Amazon's own
//! DynamoDB Local.

mod access_codes;
mod api_keys;
mod draws;
mod fixture;
mod forms;
mod idempotency;
mod interleaving;
mod joining;
mod journalling;
mod late_arrivals;
mod listing;
mod lost_answers;
mod moving;
mod moving_up;
mod notifying;
mod offers;
mod ordering;
mod organising;
mod out_of_turn;
mod overlapping;
mod position_costs;
mod promotion;
mod readdressing;
mod reinstating;
mod releases;
mod reminding;
mod removing;
mod send_slots;
mod steering;
mod sweeping;
mod withdrawing;
