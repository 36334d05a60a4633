/* Makes pages better; every page works without it. */
(function () {
  "use strict";
  var doc = document, root = doc.documentElement, body = doc.body, store = null;
  root.classList.add("js");
  try { store = window.localStorage; } catch (e) { /* forbidden: drafts then live with the office only */ }
  function all(what, from) { return Array.prototype.slice.call((from || doc).querySelectorAll(what)); }
  function say(key) { return body.getAttribute("data-" + key) || ""; }
  var banner = doc.getElementById("offline");
  function line() { if (banner) { banner.hidden = navigator.onLine; } }

  // A second press of a button does nothing while the first is on its way. Without a line nothing is sent, and the
  // words stay where they are: the browser's own error page would take them away.
  function free(form) { delete form.dataset.sent; all("button", form).forEach(function (b) { b.disabled = false; }); }
  doc.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post") { return; }
    if (!navigator.onLine) { event.preventDefault(); line(); if (banner) { banner.setAttribute("tabindex", "-1"); banner.focus(); } return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(function () { all("button", form).forEach(function (b) { b.disabled = true; }); }, 0);
    setTimeout(function () { free(form); }, 8000);
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

  // Drafts: what is typed is kept on this device at once and with the office a moment later; when the office has it, the
  // device forgets it. data-draft names the office's address, data-keep the place in the form (so that steps do not mix).
  // With data-keep alone the words stay on the device only, until they are sent.
  function forget(start) { if (store) { Object.keys(store).forEach(function (k) { if (k.indexOf(start) === 0) { store.removeItem(k); } }); } }
  if (body.dataset.sent) { forget("draft:" + body.dataset.sent); }
  all("form[data-draft], form[data-keep]").forEach(function (form) {
    var office = form.dataset.draft || "", place = office + ":" + (form.dataset.keep || ""), key = "draft:" + place;
    var status = form.querySelector(".saved"), timer, dirty = false;
    function tell(ok) { if (status) { status.textContent = ok ? status.dataset.ok || say("saved") : status.dataset.bad || say("kept"); status.classList.toggle("wait", !ok); } }
    function typed() {
      var plain = {};
      new FormData(form).forEach(function (v, k) {
        if (typeof v !== "string" || k === "csrfmiddlewaretoken") { return; }
        plain[k] = k in plain ? [].concat(plain[k], v) : v;
      });
      return plain;
    }
    function here() { if (store) { try { store.setItem(key, JSON.stringify(typed())); } catch (e) { /* full: the office still has it */ } } }
    function keep() {
      var token = form.elements.csrfmiddlewaretoken, was = JSON.stringify(typed());
      clearTimeout(timer);
      if (!office) { return; }
      if (!navigator.onLine) { tell(false); return; }
      fetch(office, { method: "POST", keepalive: was.length < 60000, headers: { "Content-Type": "application/json", "X-CSRFToken": token ? token.value : "" }, body: was })
        .then(function (r) {
          if (!r.ok) { tell(false); return; }
          if (JSON.stringify(typed()) === was) { dirty = false; if (store) { store.removeItem(key); } }
          tell(true);
        }).catch(function () { tell(false); });
    }
    function fill(plain) {
      var any = false;
      Object.keys(plain).forEach(function (name) {
        all('[name="' + name + '"]', form).forEach(function (f) {
          if (f.type === "checkbox" || f.type === "radio") { var on = [].concat(plain[name]).indexOf(f.value) >= 0; any = any || f.checked !== on; f.checked = on; }
          else if (f.type !== "file" && f.type !== "hidden" && f.tagName !== "SELECT" && plain[name] && f.value !== plain[name]) { f.value = plain[name]; any = true; }
        });
      });
      if (any && status) { status.textContent = say("found"); }
      return any;
    }
    var old = store && store.getItem(key);
    if (old && !doc.getElementById("errors")) { try { if (fill(JSON.parse(old))) { dirty = true; keep(); } else { store.removeItem(key); } } catch (e) { store.removeItem(key); } }
    form.addEventListener("input", function () { dirty = true; here(); clearTimeout(timer); timer = setTimeout(keep, 1200); });
    form.addEventListener("submit", function () {
      clearTimeout(timer);
      if (!navigator.onLine) { return; }
      dirty = false;
      if (!office && store) { store.removeItem(key); }
    });
    window.addEventListener("online", function () { if (dirty) { keep(); } });
    window.addEventListener("offline", function () { if (dirty) { tell(false); } });
    doc.addEventListener("visibilitychange", function () { if (dirty && doc.visibilityState === "hidden") { keep(); } });
  });

  // Fields that matter only after a certain answer: data-when="field:value value". Without script they are all there.
  all("[data-when]").forEach(function (part) {
    var rule = part.dataset.when.split(":"), form = part.closest("form"), wanted = rule[1].split(" ");
    function look() {
      var chosen = form.querySelector('[name="' + rule[0] + '"]:checked') || form.querySelector('select[name="' + rule[0] + '"]');
      part.hidden = !chosen || wanted.indexOf(chosen.value) < 0;
    }
    form.addEventListener("change", look); look();
  });

  // Files that are too large are named before they travel; photos of papers are what most people send.
  all("input[type=file][data-most]").forEach(function (input) {
    input.addEventListener("change", function () {
      var most = Number(input.dataset.most), out = input.parentNode.querySelector(".picked"), wrong = [];
      var names = Array.prototype.map.call(input.files, function (f) { if (f.size > most) { wrong.push(f.name); } return f.name; });
      if (!out) { out = doc.createElement("p"); out.className = "picked small"; out.setAttribute("role", "status"); input.after(out); }
      out.className = "picked small" + (wrong.length ? " error" : "");
      out.textContent = wrong.length ? wrong.join("、") + " " + input.dataset.toolarge : names.join("、");
      if (wrong.length) { input.value = ""; }
    });
  });

  // Leaving at once, without a way back in the history, for somebody whose screen must not be seen.
  all("a[data-leave]").forEach(function (a) {
    a.addEventListener("click", function (event) { event.preventDefault(); forget("draft:"); doc.title = ""; body.hidden = true; window.location.replace(a.href); });
  });
  all("[data-print]").forEach(function (b) { b.hidden = false; b.addEventListener("click", function () { window.print(); }); });

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
          .then(function (html) {
            if (html === null || mine !== turn) { return; }
            box.innerHTML = html;
            if (form.method === "get" && window.history.replaceState) { window.history.replaceState(null, "", "?" + query); }
          }).catch(function () {});
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

  window.addEventListener("online", line); window.addEventListener("offline", line); line();
  var bad = doc.getElementById("errors");
  if (bad) { bad.focus(); }
  if ("serviceWorker" in navigator && body.dataset.worker) { navigator.serviceWorker.register(body.dataset.worker); }
})();
