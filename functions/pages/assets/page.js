// What pages do beyond their forms.
(() => {
  const [root, on] = [document, addEventListener];
  const all = (selector, within = root) => [...within.querySelectorAll(selector)];
  all("#errors").forEach((errors) => errors.focus());

  const lock = (form, locked) => all("button", form).forEach((button) => (button.disabled = locked));
  on("submit", () => lock(root, true));
  on("pageshow", () => lock(root, false));

  const make = (name, parts) => Object.assign(root.createElement(name), parts);
  const announce = (text) => (all("#news")[0].textContent = text);

  const problem = ({ validity, dataset }) =>
    (validity.valueMissing && dataset.missing) || (validity.typeMismatch && dataset.wrong);
  const say = (field, text) => {
    const id = `${field.id}-error`;
    const described = (field.getAttribute("aria-describedby") || "").split(" ").filter((word) => word && word !== id);
    all(".error", field.parentNode).forEach((error) => error.remove());
    if (text) {
      field.before(make("p", { id, className: "error", textContent: text }));
      described.push(id);
      announce(text);
    }
    field.setAttribute("aria-describedby", described.join(" "));
    field.setAttribute("aria-invalid", !!text);
  };
  // No text moves a button that is being pressed.
  let button;
  on("pointerdown", ({ target }) => (button = target.closest("button")));
  on("change", ({ target }) => !button && target.matches("[data-missing]") && say(target, problem(target)));
  on("input", ({ target }) => {
    if (target.matches("[data-missing][aria-invalid=true]") && !problem(target)) say(target);
  });

  // The time that is left, beside a deadline.
  const { lang } = root.documentElement;
  const tongue = lang === "en" ? "en-GB" : lang;
  const unit = (count, unit) => new Intl.NumberFormat(tongue, { style: "unit", unit, unitDisplay: "long" }).format(count);
  const left = (until) => {
    const minutes = Math.floor((until - Date.now()) / 6e4);
    if (minutes < 0) return "";
    const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24];
    const parts = [[days, "day"], [hours, "hour"], [minutes % 60, "minute"]].filter(([count]) => count).slice(0, 2);
    return new Intl.ListFormat(tongue, { type: "unit" }).format(parts.map((part) => unit(...part)));
  };
  const clock = (at, timeZone) => new Intl.DateTimeFormat(tongue, { dateStyle: "full", timeStyle: "short", timeZone }).format(at);
  const count = () => {
    for (const time of all("[data-countdown]")) {
      const at = Date.parse(time.dateTime);
      if (!time.nextSibling) {
        // Readers elsewhere get the time of their own clocks as well.
        const [here, there] = [clock(at), clock(at, time.dataset.zone)];
        const note = (textContent) => make("span", { className: "remaining", textContent });
        time.after(note(""), note(here === there ? "" : `${time.dataset.here} ${here}`));
      }
      time.nextSibling.textContent = left(at).replace(/.+/, time.dataset.left);
    }
  };
  count();
  setInterval(count, 1e4);

  // News of a place: every 20 seconds, later every minute.
  let [main] = all("[data-fresh]");
  if (!main) return;
  let [since, tag] = [Date.now(), '""'];
  // A field may have the focus though nobody types.
  const isUsed = (field) => field === root.activeElement && Date.now() - since < 12e4;
  const isTyped = (field) => field.value !== field.defaultValue || isUsed(field);
  const isBusy = () =>
    root.hidden || all(".question, details[open], :disabled").length || all("input, textarea").some(isTyped);
  // Without what differs each time.
  const shown = (of) => {
    const copy = of.cloneNode(true);
    all(".remaining, [name=key]", copy).forEach((part) => part.remove());
    return copy.innerHTML;
  };
  const look = async () => {
    if (isBusy()) return;
    const response = await fetch(location, { cache: "no-store", headers: { "if-none-match": tag } });
    if (response.status !== 200) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const [fresh] = all("main", page);
    if (isBusy()) return;
    tag = response.headers.get("etag");
    if (shown(fresh) === shown(main)) return;
    const hadFocus = main.contains(root.activeElement);
    main.replaceWith(fresh);
    main = fresh;
    main.tabIndex = -1;
    if (hadFocus) main.focus();
    root.title = page.title;
    announce(all("h1, .position, .deadline", main).map((part) => part.textContent).join(". "));
    count();
  };
  const again = () => look().catch(() => {});
  const wait = () => setTimeout(() => again().then(wait), Date.now() - since < 3e5 ? 2e4 : 6e4);
  wait();
  on("visibilitychange", () => {
    since = Date.now();
    again();
  });
})();
