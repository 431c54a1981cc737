// Which controls do not show that they have the focus, when it comes to them from a keyboard.
() => {
  const faults = [];
  const shows = (el) => {
    const style = getComputedStyle(el);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  };
  for (const el of document.querySelectorAll('a, button, input:not([type=hidden]), select, summary')) {
    if (el.disabled || el.tabIndex < 0 || el.closest('[hidden]') || !el.getClientRects().length) continue;
    el.focus();
    if (document.activeElement !== el) continue;  // Folded away.
    const shown = shows(el) || (el.nextElementSibling?.matches('.tile') && shows(el.nextElementSibling));
    if (!shown) faults.push(`${el.tagName.toLowerCase()}#${el.id} “${(el.innerText || '').trim().slice(0, 20)}”`);
  }
  return faults;
}
