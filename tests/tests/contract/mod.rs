//! The store's contract, on real DynamoDB implementations: each test runs on embedded dynoxide and on Amazon's own
//! DynamoDB Local.

mod fixture;
mod joining;
mod offers;
mod organising;
mod promotion;
mod sweeping;
