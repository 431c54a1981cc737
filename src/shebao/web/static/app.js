/* 渐进增强：没有脚本，所有页面照样能用。金额以服务器为准，这里只做显示。 */
(function () {
  'use strict';
  var d = document, $ = function (id) { return d.getElementById(id); }, all = function (q) { return d.querySelectorAll(q); };
  function fmt(fen) { var s = ('00' + fen).slice(-Math.max(3, String(fen).length)); return s.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',') + '.' + s.slice(-2); }
  /* 合计：勾选的项目；按月的乘以月数；自己填的金额带出补贴 */
  function sum() {
    var out = $('sum'), i, t = 0, a = all('input[data-amt]:checked');
    if (!out) return;
    for (i = 0; i < a.length; i++) t += +a[i].getAttribute('data-amt');
    if ($('cnt')) $('cnt').textContent = a.length;
    if ($('months')) { var n = all('input[data-month]:checked').length; t *= n; $('cnt-months').textContent = ' ' + n + ' ' + $('cnt-months').dataset.unit; }
    var f = all('input[data-bands]')[0];
    if (f) {
      var v = /^\s*\d{1,9}(\.\d{1,2})?\s*$/.test(f.value) ? Math.round(parseFloat(f.value) * 100) : 0, s = -1;
      if (v >= +f.getAttribute('data-min') && v <= +f.getAttribute('data-max')) {
        t = v; a = f.getAttribute('data-bands').trim().split(' ');
        for (i = 0; i < a.length; i++) { var b = a[i].split(':'); if (v >= +b[0]) s = +b[1]; }
      }
      if ($('subsidy')) { $('subsidy').hidden = s < 0; if (s >= 0) $('subsidy-sum').textContent = fmt(s); }
    }
    out.textContent = fmt(t);
    if ($('sum-box')) $('sum-box').hidden = !t;
  }
  d.addEventListener('change', sum);
  d.addEventListener('input', sum);
  /* 防重复提交：真正的保护在服务器 */
  d.addEventListener('submit', function (e) {
    var f = e.target, b = e.submitter || d.querySelector('[data-once][form="' + f.id + '"]') || f.querySelector('[data-once]');
    if (f.getAttribute('data-sent')) { e.preventDefault(); return; }
    f.setAttribute('data-sent', '1');
    if (b && b.hasAttribute('data-once')) { b.classList.add('busy'); var t = b.getAttribute('data-busy'); if (t) { b.setAttribute('data-was', b.textContent); b.textContent = t; } }
  });
  /* 从缓存返回：易变的页面重取，其余恢复按钮 */
  window.addEventListener('pageshow', function (e) {
    sum();
    if (!e.persisted) return;
    if (d.documentElement.hasAttribute('data-volatile')) { location.reload(); return; }
    var i, a = all('[data-sent]'); for (i = 0; i < a.length; i++) a[i].removeAttribute('data-sent');
    a = all('.busy'); for (i = 0; i < a.length; i++) { a[i].classList.remove('busy'); if (a[i].hasAttribute('data-was')) a[i].textContent = a[i].getAttribute('data-was'); }
  });
  /* 等结果：每 2 秒问一次，状态变了就去看 */
  var p = all('[data-poll]')[0];
  if (p && window.fetch) (function ask() {
    setTimeout(function () {
      fetch(p.getAttribute('data-poll'), { headers: { Accept: 'application/json' }, credentials: 'same-origin' })
        .then(function (r) { return r.json(); })
        .then(function (r) { if (r.state !== p.getAttribute('data-state')) location.replace(p.getAttribute('data-poll')); else ask(); }, ask);
    }, d.hidden ? 6000 : 1000);
  })();
  /* 渠道要表单：自己提交；从渠道退回来时不再提交 */
  var go = all('form[data-go]')[0], came = window.performance && performance.navigation;
  if (go && !(came && came.type === 2)) go.submit();
  /* 柜台：找零，打印 */
  var due = all('input[data-due]')[0];
  function change() { var v = /^\s*[\d,]{1,11}(\.\d{1,2})?\s*$/.test(due.value) ? Math.round(parseFloat(due.value.replace(/,/g, '')) * 100) - due.getAttribute('data-due') : -1; $('change-box').hidden = v < 0; if (v >= 0) $('change').textContent = fmt(v); }
  if (due) { due.addEventListener('input', change); change(); }
  var pr = all('[data-print]'); for (var pi = 0; pi < pr.length; pi++) { pr[pi].hidden = false; pr[pi].addEventListener('click', function () { window.print(); }); }
  /* 错误汇总获得焦点 */
  var es = $('errsum'); if (es) es.focus();
  sum();
})();
