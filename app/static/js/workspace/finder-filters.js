// What the finder is narrowed to: a system, billable codes, a chapter of ICD-10-CM.

export class FinderFilters {
  constructor(form, api, onChange) {
    this.api = api;
    this.address = form.dataset.chapters;
    this.system = form.querySelector("#finder-system");
    this.billable = form.querySelector("#finder-billable");
    this.chapter = form.querySelector("#finder-chapter");
    this.system.addEventListener("change", () => {
      if (!this.hasChapters) this.chapter.value = "";
      this.chapter.hidden = !this.hasChapters;
      onChange();
    });
    for (const field of [this.billable, this.chapter]) field.addEventListener("change", onChange);
  }

  get hasChapters() {
    return ["", "ICD-10-CM"].includes(this.system.value);
  }

  get narrowed() {
    return Boolean(this.system.value || this.billable.checked || this.chapter.value);
  }

  read() {
    return { system: this.system.value, billable: this.billable.checked ? "1" : "", chapter: this.chapter.value };
  }

  /** Fetch the chapters once, when somebody first comes to the finder. */
  async load() {
    const { status, data } = await this.api.get(this.address);
    if (status !== 200) return;
    this.chapter.append(...data.chapters.map(({ code, title }) => new Option(`${code} ${title}`, code)));
  }
}
