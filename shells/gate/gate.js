/* 静态包适配层：有的平台只收静态前端包，接口只能走它的网关。
   页面仍由服务器用同一套模板渲染，这里只负责“取一页、换上去”。 */
(function () {
  'use strict';
  var d = document, html = d.documentElement, root = d.getElementById('root'), busy = false, next = '', skip = '', waits = 0;
  /* 传输：平台给了 window.sbTransport 就用它（例如包一层 mgop），否则直接请求 data-gate。 */
  var send = window.sbTransport || function (asked) {
    return fetch(html.getAttribute('data-gate'), { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(asked) })
      .then(function (r) { if (!r.ok) throw r; return r.json(); });
  };
  function path() { return location.hash.slice(1) || html.getAttribute('data-start'); }
  function abs(href) { var u = new URL(href, 'http://x' + path()); return u.pathname + u.search; }
  function keep(file) {
    var bytes = Uint8Array.from(atob(file.content), function (c) { return c.charCodeAt(0); }), a = d.createElement('a');
    a.href = URL.createObjectURL(new Blob([bytes], { type: file.type })); a.download = file.name; a.click();
  }
  function show(page, sent) {
    sessionStorage.setItem('sb', page.token);
    if (page.go) { location.href = page.go; return; }
    if (page.file) { keep(page.file); return; }
    root.innerHTML = page.html; d.title = page.title;
    html.setAttribute('data-mode', page.mode); html.setAttribute('data-theme', page.theme);
    if (page.path !== path()) { skip = page.path; if (sent) location.hash = page.path; else location.replace('#' + page.path); }
    window.scrollTo(0, 0);
    var to = d.getElementById('errsum') || d.getElementById('main'); if (to) to.focus({ preventScroll: true });
    d.dispatchEvent(new Event('change'));
    var asks = root.querySelector('[data-poll]'), form = root.querySelector('form[data-go]');
    clearTimeout(waits); if (asks) waits = setTimeout(function () { go('GET', asks.getAttribute('data-poll')); }, 3000);
    if (form) form.submit();
  }
  function failed(to) {
    root.innerHTML = '<main class="wrap" id="main" tabindex="-1"><div class="card pad mt"><h1 class="ct">页面没有打开</h1><p>请检查网络，再试一次。刚才的操作如果已提交，不会重复扣款。</p><div class="btns"><a class="btn">重试</a></div></div></main>';
    root.querySelector('a').setAttribute('href', to);
  }
  function go(method, to, form) {
    /* 一次只问一页：表单不会发两遍，链接排在后面 */
    if (busy) { if (method === 'GET') next = to; return; }
    busy = true;
    send({ method: method, path: to, form: form || null, token: sessionStorage.getItem('sb') })
      .then(function (page) { show(page, !!form); }, function () { failed(method === 'GET' ? to : path()); })
      .then(function () { busy = false; if (next) { to = next; next = ''; go('GET', to); } });
  }
  d.addEventListener('click', function (e) {
    var a = e.target.closest && e.target.closest('#root a[href]'), href = a && a.getAttribute('href');
    if (!a || /^(tel:|mailto:|https?:|\/\/)/.test(href)) return;
    e.preventDefault();
    if (href.charAt(0) === '#') { var at = d.getElementById(href.slice(1)); if (at) { at.focus(); at.scrollIntoView(); } return; }
    var to = abs(href); if ('#' + to === location.hash) go('GET', to); else location.hash = to;
  });
  d.addEventListener('submit', function (e) {
    var f = e.target, action = f.getAttribute('action') || path(), told = {};
    if (/^https?:/.test(action)) return;  /* 渠道自己的收银台 */
    e.preventDefault();
    new FormData(f).forEach(function (v, k) { (told[k] = told[k] || []).push(v); });
    if (e.submitter && e.submitter.name) told[e.submitter.name] = [e.submitter.value];
    go((f.getAttribute('method') || 'get').toUpperCase(), abs(action), told);
  });
  window.addEventListener('hashchange', function () { if (skip === path()) { skip = ''; return; } go('GET', path()); });
  /* 浙里办的老年版，直接用大字版打开 */
  var style = window.ZWJSBridge && window.ZWJSBridge.getUiStyle ? window.ZWJSBridge.getUiStyle({}) : Promise.resolve({});
  style.then(function (s) { go('GET', path() + (s.uiStyle === 'elder' && !location.hash ? '&elder=1' : '')); }, function () { go('GET', path()); });
})();
