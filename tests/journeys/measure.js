// What is wrong with the page as it stands: each fault in a few words, and nothing if it is well.
(options) => {
  const faults = [];
  const d = document;
  const named = (el) => `${el.tagName.toLowerCase()}.${el.className || ''} “${(el.innerText || el.value || '').trim().slice(0, 24)}”`;
  const seen = (el) => {
    const box = el.getBoundingClientRect(), style = getComputedStyle(el);
    return box.width > 1 && box.height > 1 && style.visibility !== 'hidden' && !el.closest('.vh, .skip, [hidden]');
  };
  const wide = d.documentElement.scrollWidth - d.documentElement.clientWidth;
  if (wide > 0) {
    const out = [...d.querySelectorAll('body *')].filter((el) => seen(el) && el.getBoundingClientRect().right > d.documentElement.clientWidth + 1);
    faults.push(`scrolls sideways by ${wide} px: ${out.slice(0, 3).map(named).join(', ')}`);
  }
  for (const el of d.querySelectorAll('body *')) {
    const style = getComputedStyle(el);
    if (!seen(el) || !el.innerText) continue;
    const cut = (style.overflowX === 'hidden' && el.scrollWidth > el.clientWidth + 1) || (style.overflowY === 'hidden' && el.scrollHeight > el.clientHeight + 1);
    if (cut && !el.matches('.hero, .receipt')) faults.push(`text is cut off: ${named(el)}`);
  }
  if (options.target) {
    for (const el of d.querySelectorAll('a, button, input:not([type=hidden]), select, summary, .tile, .picks label')) {
      const inSentence = getComputedStyle(el).display === 'inline' && el.closest('p, .note, .in, .hint');
      if (!seen(el) || inSentence || el.matches('.choice > input, .picks input')) continue;
      const box = el.getBoundingClientRect();
      if (Math.min(box.width, box.height) < options.target - 0.5) faults.push(`target of ${Math.round(box.width)} × ${Math.round(box.height)} px: ${named(el)}`);
    }
  }
  if (options.page) {
    if (d.querySelectorAll('h1').length !== 1) faults.push(`${d.querySelectorAll('h1').length} main headings`);
    const titles = {'zh-CN': /^(有误：)?[^–]+ – 社保缴费$/, en: /^(Mistakes: )?[^–]+ – Social insurance payments$/};
    const title = titles[d.documentElement.lang];
    if (!title) faults.push('no language');
    else if (!title.test(d.title)) faults.push(`title “${d.title}”`);
    if (!d.querySelector('body > a.skip[href="#main"]')) faults.push('no skip link');
    for (const mark of ['header', 'main#main']) if (d.querySelectorAll(mark).length < 1) faults.push(`no ${mark}`);
    for (const el of d.querySelectorAll('[style], style, script:not([src])')) faults.push(`style or script in the page: ${named(el)}`);
    for (const el of d.querySelectorAll('input[type=radio], input[type=checkbox]')) if (!el.closest('fieldset')?.querySelector('legend')) faults.push(`no legend: ${el.id}`);
  }
  return faults;
}
