// Names that no other test has.
import { randomUUID } from "node:crypto";

export function unique(what: string): string {
  return `${what}-${randomUUID()}`;
}

export function newEmail(): string {
  return `${unique("parent")}@quillfeather-families.example`;
}

/** An American number of nobody, as it is written there and as it is dialled from anywhere. */
export function newAmericanPhone(): { written: string; number: string } {
  const area = 200 + Math.floor(Math.random() * 799);
  const end = String(Math.floor(Math.random() * 100)).padStart(2, "0");
  return { written: `(${area}) 555-01${end}`, number: `+1${area}55501${end}` };
}

/** A number of nobody, in a range that the stack sends texts to. */
export function newPhone(): string {
  return `+882995550${String(Math.floor(Math.random() * 1e6)).padStart(6, "0")}`;
}
