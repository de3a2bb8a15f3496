// The stack under test, as `make up` describes it in the environment.

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set. \`make browser\` sets it for a stack that is up.`);
  return value;
}

/** The program that shows the pages. */
export const chromium = setting("WAITLIST_CHROMIUM");
/** The address of the API, which the tests call beside the browser. */
export const apiUrl = setting("WAITLIST_URL");
/** The address of the local cloud, which captures messages. */
export const cloudUrl = setting("AWS_ENDPOINT_URL");
export const region = setting("AWS_REGION");
export const organiserKey = setting("WAITLIST_ORGANISER_KEY");
export const salesKey = setting("WAITLIST_SALES_KEY");

/** The address of the pages. */
export const pagesUrl = setting("WAITLIST_PAGES_URL");
