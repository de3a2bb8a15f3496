// Requests to the HTTP API, beside the browser.
import { apiUrl } from "./settings.ts";

export type Json = Record<string, any>;

/** Sends a request that must succeed. Returns what it answers. */
export async function call(credential: string, method: string, path: string, body?: Json): Promise<Json> {
  const response = await fetch(apiUrl + path, {
    method,
    headers: { authorization: `Bearer ${credential}`, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answers ${response.status}: ${text}`);
  return JSON.parse(text);
}
