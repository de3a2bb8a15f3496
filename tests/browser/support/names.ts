// Names that no other test has.
import { randomUUID } from "node:crypto";

export function unique(what: string): string {
  return `${what}-${randomUUID()}`;
}

export function newEmail(): string {
  return `${unique("parent")}@quillfeather-families.example`;
}

/** A number of nobody, in a range that the stack sends texts to. */
export function newPhone(): string {
  return `+882995550${String(Math.floor(Math.random() * 1e6)).padStart(6, "0")}`;
}
