'use strict';
// What an answer means to who waits: what to show, where to go, and when to ask again (in seconds; null for never).
function read(status, body, retryAfter) {
  const pause = Math.min(Math.max(Number(retryAfter) || 2, 1), 60);
  const detail = typeof body.detail === 'string' ? body.detail : '';
  switch (status) {
    case 200: {
      const link = safe(body.link);
      return link
        ? { title: 'Ready', detail: 'Going in.', progress: 1, link, again: null }
        : { title: 'Not ready', detail: 'The address is none that a page may open.', progress: null, link: null, again: null };
    }
    case 202:
      return { title: 'Getting ready', detail: body.stage || detail, progress: typeof body.progress === 'number' ? body.progress : undefined, link: null, again: 0 };
    case 404:
      return { title: 'No such session', detail: 'Check the address.', progress: null, link: null, again: null };
    case 409:
      return { title: 'It did not become ready', detail, progress: null, link: null, again: Math.max(pause, 10) };
    case 410:
      return { title: 'The session is over', detail: '', progress: null, link: null, again: null };
    default:
      return { title: 'One moment', detail, progress: undefined, link: null, again: pause };
  }
}
// Only the web: no script, no data, no program of this machine.
function safe(link) {
  try {
    const url = new URL(String(link));
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
  } catch {
    return null;
  }
}
function show(view) {
  const part = id => document.getElementById(id);
  document.title = view.title;
  part('title').textContent = view.title;
  part('detail').textContent = view.detail;
  const bar = part('progress');
  bar.hidden = view.progress === null;
  if (typeof view.progress === 'number') bar.value = view.progress;
  else bar.removeAttribute('value');
  if (view.link) {
    part('link').href = view.link;
    part('link').hidden = false;
    location.replace(view.link);
  }
}
async function ask(wait) {
  try {
    const answer = await fetch(location.pathname + '?wait=' + wait, { headers: { Accept: 'application/json' }, cache: 'no-store', credentials: 'same-origin' });
    return read(answer.status, await answer.json().catch(() => ({})), answer.headers.get('Retry-After'));
  } catch {
    return { title: 'One moment', detail: 'The door does not answer. Trying again.', progress: undefined, link: null, again: 2 };
  }
}
async function stay() {
  for (let wait = '0s'; ; wait = '3s') {
    const view = await ask(wait);
    show(view);
    if (view.again === null) return;
    // Held by the door itself; if it was not, this keeps the pace.
    await new Promise(done => setTimeout(done, Math.max(view.again * 1000, 250)));
  }
}
if (typeof document !== 'undefined') stay();
