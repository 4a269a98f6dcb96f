// The clock of the attempt: counts while somebody works, rests when idle for a minute, hidden or paused by hand.
const IDLE_AFTER = 60_000;
const SLEPT = 5_000;
const SIGNS = ["keydown", "pointermove", "pointerdown", "wheel", "touchstart", "scroll"];

export class Timer {
  constructor(seconds) {
    this.milliseconds = seconds * 1000;
    this.paused = false;
    this.seenAt = performance.now();
    this.tickedAt = performance.now();
    this.clock = document.getElementById("clock");
    this.word = document.getElementById("clock-word");
    this.button = document.getElementById("clock-pause");
    this.button.addEventListener("click", () => this.pause(!this.paused));
    for (const sign of SIGNS) addEventListener(sign, () => this.seen(), { passive: true, capture: true });
    document.addEventListener("visibilitychange", () => this.tick());
    setInterval(() => this.tick(), 1000);
    this.draw();
  }

  get seconds() {
    return Math.floor(this.milliseconds / 1000);
  }

  seen() {
    this.seenAt = performance.now();
    if (this.word.textContent && !this.paused) this.draw();
  }

  /** Typing in the answer means work goes on, so a forgotten pause ends. */
  working() {
    if (this.paused) this.pause(false);
  }

  pause(on) {
    this.tick();
    this.paused = on;
    const label = on ? "Let the clock run" : "Pause the clock";
    this.button.setAttribute("aria-label", label);
    this.button.title = label;
    this.button.querySelector('[data-when="running"]').hidden = on;
    this.button.querySelector('[data-when="paused"]').hidden = !on;
    this.draw();
  }

  resting(now) {
    if (this.paused) return "paused";
    return document.hidden || now - this.seenAt > IDLE_AFTER ? "resting" : "";
  }

  tick() {
    const now = performance.now();
    const passed = now - this.tickedAt;
    this.tickedAt = now;
    if (!this.resting(now)) this.milliseconds += Math.min(passed, SLEPT);
    this.draw();
  }

  draw() {
    const whole = this.seconds;
    const parts = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
    this.clock.textContent = (parts[0] ? parts : parts.slice(1)).map((part) => String(part).padStart(2, "0")).join(":");
    this.word.textContent = this.resting(performance.now());
    document.getElementById("active-seconds").value = whole;
  }
}
