/* Makes pages better; every page works without it. */
(function () {
  "use strict";
  var doc = document, root = doc.documentElement, body = doc.body, store = null;
  root.classList.add("js");
  try { store = window.localStorage; } catch (e) { /* forbidden: drafts then live with the office only */ }
  function all(what, from) { return Array.prototype.slice.call((from || doc).querySelectorAll(what)); }
  function say(key) { return body.getAttribute("data-" + key) || ""; }

  // A second press of a button does nothing while the first is on its way.
  function free(form) { delete form.dataset.sent; all("button", form).forEach(function (b) { b.disabled = false; }); }
  doc.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post") { return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(function () { all("button", form).forEach(function (b) { b.disabled = true; }); }, 0);
    setTimeout(function () { free(form); }, 8000);
    if (form.dataset.draft && store && navigator.onLine) { store.removeItem("draft:" + form.dataset.draft); }
  });
  window.addEventListener("pageshow", function () { all("form").forEach(free); });

  // County, township, village: fill the next list when one is chosen.
  all("[data-region], [data-source]").forEach(function (box) {
    var selects = all("select", box), source = box.dataset.region || box.dataset.source;
    selects.forEach(function (select, i) {
      select.addEventListener("change", function () {
        selects.slice(i + 1).forEach(function (s) { s.length = 1; s.disabled = true; });
        var next = selects[i + 1], asked = select.value;
        if (!asked || !next) { return; }
        fetch(source + "?parent=" + encodeURIComponent(asked)).then(function (r) { return r.json(); }).then(function (list) {
          if (select.value !== asked) { return; }
          list.forEach(function (d) { next.add(new Option(d.name, d.code)); });
          next.disabled = !list.length;
        }).catch(function () { all("button", box).forEach(function (b) { b.style.display = "inline-flex"; }); });
      });
    });
  });

  // Drafts: what is typed is kept with the office and, when the line is down, on this device.
  all("form[data-draft]").forEach(function (form) {
    var key = "draft:" + form.dataset.draft, status = form.querySelector(".saved"), timer;
    function tell(ok) { if (status) { status.textContent = ok ? status.dataset.ok || say("saved") : status.dataset.bad || say("kept"); } }
    function typed() {
      var plain = {};
      new FormData(form).forEach(function (v, k) {
        if (typeof v !== "string" || k === "csrfmiddlewaretoken") { return; }
        plain[k] = k in plain ? [].concat(plain[k], v) : v;
      });
      return plain;
    }
    function keep() {
      var plain = typed(), token = form.elements.csrfmiddlewaretoken;
      function here() { if (store) { store.setItem(key, JSON.stringify(plain)); } tell(false); }
      fetch(form.dataset.draft, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token ? token.value : "" }, body: JSON.stringify(plain) })
        .then(function (r) { if (!r.ok) { here(); return; } if (store) { store.removeItem(key); } tell(true); }).catch(here);
    }
    function fill(plain) {
      var any = false;
      Object.keys(plain).forEach(function (name) {
        all('[name="' + name + '"]', form).forEach(function (f) {
          if (f.type === "checkbox" || f.type === "radio") { f.checked = [].concat(plain[name]).indexOf(f.value) >= 0; any = true; }
          else if (f.type !== "file" && f.type !== "hidden" && !f.value) { f.value = plain[name]; any = true; }
        });
      });
      if (any && status) { status.textContent = say("found"); }
    }
    var old = store && store.getItem(key);
    if (old && !doc.getElementById("errors")) { try { fill(JSON.parse(old)); } catch (e) { store.removeItem(key); } }
    form.addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(keep, 1200); });
    form.addEventListener("submit", function () { clearTimeout(timer); });
    window.addEventListener("online", function () { if (store && store.getItem(key)) { keep(); } });
  });

  // Hints and lists while typing: a fragment of the page is fetched anew.
  all("[data-live]").forEach(function (box) {
    var form = box.closest("form") || doc.querySelector(box.dataset.form), names = (box.dataset.fields || "q").split(" "), timer, turn = 0;
    if (!form) { return; }
    form.addEventListener("input", function (event) {
      if (names.indexOf(event.target.name) < 0) { return; }
      clearTimeout(timer);
      timer = setTimeout(function () {
        var query = new URLSearchParams(), mine = ++turn;
        names.forEach(function (name) { var f = form.elements[name]; if (f) { query.set(name, f.value); } });
        fetch(box.dataset.live + "?" + query, { headers: { "X-Fragment": "1" } })
          .then(function (r) { return r.ok ? r.text() : null; })
          .then(function (html) { if (html !== null && mine === turn) { box.innerHTML = html; } }).catch(function () {});
      }, 350);
    });
  });

  // Keys that pages declare: Alt+letter; "/" goes to the search box.
  doc.addEventListener("keydown", function (event) {
    var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName), target = null;
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) { target = doc.querySelector("input[type=search]"); }
    else if (event.altKey && !event.ctrlKey && !event.metaKey && /^Key|^Digit/.test(event.code)) { target = doc.querySelector('[data-key="' + event.code.slice(-1).toLowerCase() + '"]'); }
    if (!target) { return; }
    event.preventDefault();
    if (target.matches("input, select, textarea")) { target.focus(); } else { target.click(); }
  });

  // Codes: copied with one touch, grouped by four when the field is left.
  all("[data-copy]").forEach(function (b) {
    if (!navigator.clipboard) { return; }
    b.hidden = false;
    b.addEventListener("click", function () { navigator.clipboard.writeText(b.dataset.copy).then(function () { b.textContent = say("copied"); }); });
  });
  all("input[data-code]").forEach(function (f) {
    f.addEventListener("change", function () { var d = f.value.replace(/[\s-]/g, ""); if (/^\d{16}$/.test(d)) { f.value = d.match(/.{4}/g).join("-"); } });
  });

  var banner = doc.getElementById("offline");
  function line() { if (banner) { banner.hidden = navigator.onLine; } }
  window.addEventListener("online", line); window.addEventListener("offline", line); line();
  var bad = doc.getElementById("errors");
  if (bad) { bad.focus(); }
  if ("serviceWorker" in navigator && body.dataset.worker) { navigator.serviceWorker.register(body.dataset.worker); }
})();
