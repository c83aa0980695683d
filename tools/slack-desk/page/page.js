// Keeps the page as the desk has it without touching what has not changed: typed text and focus stay.
const { user, channel } = document.body.dataset;
const messages = document.getElementById('messages');
const modal = document.getElementById('modal');
const offline = document.getElementById('offline');
const shown = new Map([...messages.children].map((item) => [item.id, item.innerHTML]));
let shownModal = null;

document.getElementById('who').addEventListener('change', (event) => {
  location.search = new URLSearchParams({ user: event.target.value, channel });
});

messages.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-action]');
  if (button === null || button.ariaBusy === 'true') return;
  const { ts } = button.closest('[data-ts]').dataset;
  button.ariaBusy = 'true';
  const acked = await post('/desk/click', { user, ts, action: button.dataset.action });
  button.ariaBusy = 'false';
  button.classList.toggle('failed', !acked);
  button.title = acked ? '' : 'The app did not respond. Try again.';
});

modal.addEventListener('submit', async (event) => {
  event.preventDefault();
  const values = Object.fromEntries(new FormData(event.target));
  const submit = event.target.querySelector('[type=submit]');
  submit.disabled = true;
  const acked = await post('/desk/submit', { user, values });
  submit.disabled = false;
  if (!acked) modal.querySelector('.trouble').textContent = 'We had some trouble connecting. Try again?';
});

modal.addEventListener('click', (event) => {
  if (event.target.closest('[data-cancel]')) void post('/desk/cancel', { user });
});
modal.addEventListener('cancel', (event) => {
  event.preventDefault();
  void post('/desk/cancel', { user });
});

async function post(path, body) {
  try {
    const answer = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return answer.ok && (await answer.json()).acked;
  } catch {
    return false;
  }
}

async function refresh() {
  const answer = await fetch(`/desk/state?${new URLSearchParams({ user, channel })}`);
  if (!answer.ok) return;
  const state = await answer.json();
  showMessages(state.messages);
  if (state.modal !== shownModal) showModal(state.modal);
}

function showMessages(entries) {
  const atEnd = innerHeight + scrollY >= document.body.scrollHeight - 40;
  const ids = new Set(entries.map(({ id }) => id));
  for (const item of [...messages.children]) if (!ids.has(item.id)) item.remove();
  const changed = entries.filter(({ id, html }) => shown.get(id) !== html);
  for (const entry of changed) showMessage(entry);
  if (changed.length > 0 && atEnd) scrollTo(0, document.body.scrollHeight);
}

function showMessage({ id, html }) {
  const item = document.getElementById(id) ?? document.createElement('div');
  const focused = item.contains(document.activeElement) ? document.activeElement.dataset.action : undefined;
  item.id = id;
  item.innerHTML = html;
  if (!item.isConnected) messages.append(item);
  shown.set(id, html);
  if (focused) item.querySelector(`[data-action="${CSS.escape(focused)}"]`)?.focus();
}

function showModal(html) {
  shownModal = html;
  if (html === null) {
    modal.close();
    modal.replaceChildren();
    return;
  }
  const before = modal.querySelector('form');
  const typed = before === null ? [] : [...new FormData(before)];
  modal.innerHTML = html;
  const form = modal.querySelector('form');
  // The same modal with inline errors keeps what was typed; another one starts afresh.
  if (before?.dataset.view === form.dataset.view) {
    for (const [name, value] of typed) if (form.elements[name]) form.elements[name].value = value;
  }
  if (!modal.open) modal.showModal();
  (modal.querySelector('[aria-invalid]') ?? modal.querySelector('input, textarea, [data-cancel]')).focus();
}

let running = Promise.resolve();
const events = new EventSource('/desk/events');
events.onmessage = () => {
  offline.hidden = true;
  running = running.then(refresh).catch(() => undefined);
};
events.onerror = () => {
  offline.hidden = false;
};
