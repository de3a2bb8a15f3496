// Shows that no robot fills in the form: solves a challenge of ALTCHA's proof of work, version 2.
(() => {
  const script = document.currentScript.src;
  // A challenge lasts for 20 minutes.
  const LASTS = 15 * 6e4;
  const [field, status] = ["#challenge", "#robot"].map((id) => document.querySelector(id));
  const { form } = field;
  const say = (what) => (status.textContent = field.dataset[what]);
  const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  // Finds the number with which a key begins as wanted. The browser derives keys beside the page's
  // thread, several at once.
  const solve = async ({ nonce, salt, cost, keyLength, keyPrefix }) => {
    const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost };
    const derive = async (counter) => {
      const password = new Uint8Array([...bytes(nonce), 0, 0, 0, 0]);
      new DataView(password.buffer).setUint32(password.length - 4, counter);
      const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
      return hex(await crypto.subtle.deriveBits(how, key, keyLength * 8));
    };
    let [next, solution] = [0, null];
    const tryOneByOne = async () => {
      while (!solution) {
        const counter = next++;
        const derivedKey = await derive(counter);
        if (derivedKey.startsWith(keyPrefix)) solution ||= { counter, derivedKey };
      }
    };
    const processors = Math.min(navigator.hardwareConcurrency || 2, 8);
    await Promise.all(Array.from({ length: processors }, tryOneByOne));
    return solution;
  };

  // A form that is to be sent once more comes with its solution.
  let [checking, since] = field.value ? [Promise.resolve(), Date.now()] : [null, 0];
  const isRecent = () => Date.now() - since < LASTS;
  const check = () => {
    if (checking && isRecent()) return checking;
    since = Date.now();
    field.value = "";
    say("checking");
    const checked = async () => {
      const response = await fetch(new URL("../api/waitlist/challenge", script), { cache: "no-store" });
      if (!response.ok) throw new Error(response.status);
      const challenge = await response.json();
      const solution = await solve(challenge.parameters);
      field.value = btoa(JSON.stringify({ challenge, solution }));
      say("checked");
    };
    checking = checked();
    checking.catch(() => {
      checking = null;
      say("failed");
    });
    return checking;
  };

  // Each solution is taken once, and a browser may keep the page to go back to.
  addEventListener("pagehide", () => {
    checking = null;
    field.value = "";
  });
  form.addEventListener("focusin", check);
  form.addEventListener("input", check);
  form.addEventListener("submit", (event) => {
    if (field.value && isRecent()) return;
    event.preventDefault();
    const unlock = () => form.querySelectorAll("button").forEach((button) => (button.disabled = false));
    check().then(() => form.requestSubmit(), unlock);
  });
})();
