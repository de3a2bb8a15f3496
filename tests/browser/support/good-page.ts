// What holds for every page: it is valid, everybody can use it, and it fits a small screen.
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { HtmlValidate, StaticConfigLoader } from "html-validate";

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const validator = new HtmlValidate(
  new StaticConfigLoader({
    extends: ["html-validate:recommended"],
    root: true,
    rules: {
      // The boxes of a question with several answers share a name.
      "form-dup-name": ["error", { shared: ["radio", "checkbox", "button", "submit"] }],
      // A title has the name of the event, of up to 200 characters.
      "long-title": "off",
    },
  }),
);

/** Checks the HTML that was sent. */
export async function expectValid(html: string): Promise<void> {
  const report = await validator.validateString(html);
  const found = report.results.flatMap((result) => result.messages);
  expect(found.map(({ ruleId, line, message }) => `${ruleId} in line ${line}: ${message}`)).toEqual([]);
}

/** Checks WCAG 2.2 AA. Only the colours differ in the dark. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: "light" });
  const light = await new AxeBuilder({ page }).withTags(WCAG).analyze();
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await new AxeBuilder({ page }).withRules(["color-contrast"]).analyze();
  await page.emulateMedia({ colorScheme: null });
  const found = [...light.violations, ...dark.violations];
  expect(found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
}

/** Checks that nobody has to scroll sideways on the smallest screen. */
export async function expectNarrow(page: Page): Promise<void> {
  const before = page.viewportSize()!;
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  await page.setViewportSize(before);
}
