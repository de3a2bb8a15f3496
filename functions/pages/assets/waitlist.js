// A button for any page: <waitlist-button event="summer-camp-1">. It shows how an event stands, and
// leads to its page. Where it can't know, it shows what stands between its tags.
"use strict";
(() => {
  const base = new URL(".", document.currentScript.src);
  const texts = {
    en: {
      waitlist: "Full: join the waitlist",
      some: (count) => ` (${count} waiting)`,
      about: "about ",
      available: "Seats on sale",
      paused: "Full: the waitlist takes nobody new for now",
      closed: "Full: the waitlist is closed",
      begun: "The event has begun",
    },
    de: {
      waitlist: "Ausgebucht: auf die Warteliste",
      some: (count) => ` (${count} in der Reihe)`,
      about: "etwa ",
      available: "Noch Plätze frei",
      paused: "Ausgebucht: die Warteliste nimmt gerade niemanden auf",
      closed: "Ausgebucht: die Warteliste ist geschlossen",
      begun: "Die Veranstaltung hat begonnen",
    },
    fr: {
      waitlist: "Complet : rejoindre la liste d’attente",
      some: (count) => ` (${count} en attente)`,
      about: "environ ",
      available: "Places en vente",
      paused: "Complet : la liste d’attente est en pause",
      closed: "Complet : la liste d’attente est fermée",
      begun: "L’événement a commencé",
    },
    es: {
      waitlist: "Completo: apuntarse a la lista de espera",
      some: (count) => ` (${count} en espera)`,
      about: "unas ",
      available: "Plazas a la venta",
      paused: "Completo: la lista de espera está en pausa",
      closed: "Completo: la lista de espera está cerrada",
      begun: "El evento ha empezado",
    },
  };
  const style = `
    :host { display: inline-block }
    :host([hidden]) { display: none }
    a {
      display: inline-block;
      box-sizing: border-box;
      min-height: 48px;
      padding: var(--waitlist-padding, 12px 24px);
      border: var(--waitlist-border, 1px solid currentColor);
      border-radius: var(--waitlist-radius, 6px);
      background: var(--waitlist-background, transparent);
      color: var(--waitlist-color, inherit);
      font: inherit;
      text-align: center;
      text-decoration: none;
    }
    a:hover { text-decoration: underline }
    a:focus-visible { outline: 3px solid; outline-offset: 2px }`;

  // The states of ticket types. The first that one of them has is that of the event.
  const order = ["available", "waitlist", "paused", "closed", "begun"];
  const stateOf = ({ status, joining }) => {
    if (status === "closed") return "begun";
    return status === "waitlist" && order.includes(joining) ? joining : status;
  };

  const language = (element) => {
    const near = element.closest("[lang]");
    const tags = [near && near.lang, ...(near ? [] : navigator.languages)].filter(Boolean);
    const known = tags.map((tag) => tag.toLowerCase().split("-")[0]).find((tag) => tag in texts);
    return known || "en";
  };

  customElements.get("waitlist-button") || customElements.define("waitlist-button", class extends HTMLElement {
    static observedAttributes = ["event", "ticket-type"];

    constructor() {
      super();
      this.attachShadow({ mode: "open" }).append(document.createElement("slot"));
      // A sheet, and no <style>, because the page's policy may forbid the latter.
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(style);
      this.shadowRoot.adoptedStyleSheets = [sheet];
    }

    connectedCallback() {
      this.load();
    }

    attributeChangedCallback() {
      if (this.isConnected) this.load();
    }

    async load() {
      const asked = (this.asked = {});
      // Several attributes that change at once are one question.
      await asked;
      if (asked !== this.asked) return;
      const event = encodeURIComponent(this.getAttribute("event") || "");
      let shown;
      try {
        const response = await fetch(new URL(`api/events/${event}`, base), { credentials: "omit" });
        if (response.ok) shown = this.read(await response.json());
      } catch {
        // The slot says what there is to say.
      }
      if (asked !== this.asked) return;
      this.show(shown, event);
    }

    // The state of the event or of its ticket type, and how many wait.
    read(event) {
      const wanted = this.getAttribute("ticket-type");
      const all = event.ticketTypes.filter(({ id }) => !wanted || id === wanted);
      const state = order.find((state) => all.some((type) => stateOf(type) === state));
      const waiting = all.filter((type) => stateOf(type) === "waitlist").reduce((sum, type) => sum + type.waiting, 0);
      return state && { state, waiting };
    }

    show(shown, event) {
      const [old] = this.shadowRoot.children;
      if (!shown) {
        this.removeAttribute("state");
        return old.replaceWith(document.createElement("slot"));
      }
      const tag = language(this);
      const words = texts[tag];
      const link = document.createElement("a");
      link.href = new URL(`events/${event}?lang=${tag}`, base);
      link.part = `link ${shown.state}`;
      link.textContent = words[shown.state];
      // Above 20 the number is rounded.
      const count = () => (shown.waiting > 20 ? words.about : "") + shown.waiting.toLocaleString(tag);
      if (shown.state === "waitlist" && shown.waiting > 0) link.textContent += words.some(count());
      this.setAttribute("state", shown.state);
      old.replaceWith(link);
    }
  });
})();
