// Names that no other test has.
import { randomUUID } from "node:crypto";

export function unique(what: string): string {
  return `${what}-${randomUUID()}`;
}

export function newEmail(): string {
  return `${unique("parent")}@quillfeather-families.example`;
}
