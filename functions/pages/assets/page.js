// What pages do beyond their forms: the summary of errors has the focus, and a place stays fresh.
"use strict";
(() => {
  const errors = document.getElementById("errors");
  if (errors) errors.focus();

  // A second press sends nothing, and the page says that it works.
  for (const form of document.forms) {
    form.addEventListener("submit", () => {
      for (const button of form.querySelectorAll("button")) button.disabled = true;
    });
  }
  addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("button")) button.disabled = false;
  });

  // The time that is left, beside a deadline.
  const language = document.documentElement.lang;
  const unit = (count, name) => new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "long" }).format(count);
  const left = (until) => {
    const minutes = Math.floor((until - Date.now()) / 60000);
    if (minutes < 0) return "";
    const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24];
    const parts = days ? [unit(days, "day"), unit(hours, "hour")] : [unit(hours, "hour"), unit(minutes % 60, "minute")];
    return new Intl.ListFormat(language, { type: "unit" }).format(parts);
  };
  const count = () => {
    for (const time of document.querySelectorAll("[data-countdown]")) {
      let shown = time.parentNode.querySelector(".remaining");
      if (!shown) {
        shown = document.createElement("span");
        shown.className = "remaining";
        time.after(shown);
      }
      shown.textContent = left(Date.parse(time.dateTime));
    }
  };
  count();
  setInterval(count, 10000);
})();
