/** Runs in the browser: plain JavaScript of 2022, without libraries. What strangers wrote is text only, never HTML. */
export const SCRIPT = `
'use strict';
const $ = (id) => document.getElementById(id);
const PAGE_SIZE = 100;
let limit = PAGE_SIZE;

const bytes = (n) => {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let unit = 0;
  while (n >= 999.5 && unit < units.length - 1) { n /= 1000; unit += 1; }
  return n.toFixed(unit > 0 && n < 9.95 ? 1 : 0) + ' ' + units[unit];
};
const element = (tag, text, fields = {}) => Object.assign(document.createElement(tag), { textContent: text }, fields);

async function show() {
  const answer = await fetch('/?limit=' + limit, { headers: { accept: 'application/json' } });
  if (!answer.ok) throw new Error('The node answers ' + answer.status + '.');
  const { figures, entries, peers } = await answer.json();
  const wanted = figures.wanted > 0 ? ', ' + figures.wanted + ' on the way' : '';
  $('figures').textContent = figures.entries + (figures.entries === 1 ? ' entry, ' : ' entries, ')
    + bytes(figures.bytes) + ', ' + bytes(figures.storedBytes) + ' on disk' + wanted;
  $('figures').className = '';
  $('none').hidden = entries.length > 0;
  $('entries').hidden = entries.length === 0;
  $('entries').tBodies[0].replaceChildren(...entries.map(row));
  $('more').hidden = entries.length < limit || limit >= 1000;
  $('alone').hidden = peers.length > 0;
  $('peers').replaceChildren(...peers.map(({ address, state }) => {
    const item = element('li', '');
    item.append(element('code', address), ' ' + state);
    return item;
  }));
}

function row(entry) {
  const line = element('tr', '', { className: entry.isHere ? '' : 'away' });
  const id = element('td', '');
  id.append(element('a', entry.id, { href: entry.path }));
  const remove = element('button', 'Delete', { onclick: () => drop(entry) });
  remove.setAttribute('aria-label', 'Delete ' + entry.id);
  const last = element('td', '', { className: 'number' });
  last.append(remove);
  line.append(id, element('td', entry.contentType), element('td', bytes(entry.size), { className: 'number' }),
    element('td', new Date(entry.time).toLocaleString()), last);
  return line;
}

async function drop(entry) {
  if (!confirm('Delete ' + entry.id + ' on every node?')) return;
  const answer = await fetch(entry.path, { method: 'DELETE' });
  if (!answer.ok) tell(new Error('It was not deleted: ' + answer.status + '.'));
  await refresh();
}

/** One after the other. */
async function upload(files) {
  const id = files.length === 1 ? $('id').value.trim() : '';
  for (const file of files) await uploadOne(file, id);
  $('id').value = '';
  await refresh();
}

function uploadOne(file, id) {
  const item = element('li', file.name + ' ');
  const progress = element('progress', '', { max: 1, value: 0 });
  const word = element('span', '');
  item.append(progress, ' ', word);
  $('uploads').prepend(item);
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open(id === '' ? 'POST' : 'PUT', '/' + encodeURIComponent(id));
    request.setRequestHeader('content-type', file.type || 'application/octet-stream');
    request.upload.onprogress = ({ loaded, total }) => { progress.value = total > 0 ? loaded / total : 0; };
    const end = (text, className) => {
      progress.remove();
      Object.assign(word, { textContent: text, className });
      done();
    };
    request.onload = () => {
      if (request.status < 300) return end('put');
      let why = String(request.status);
      try { why = JSON.parse(request.responseText).error; } catch {}
      end(why, 'wrong');
    };
    request.onerror = () => end('The node cannot be reached.', 'wrong');
    request.send(file);
  });
}

function tell(error) {
  $('figures').textContent = error instanceof TypeError ? 'The node cannot be reached.' : error.message;
  $('figures').className = 'wrong';
}
const refresh = () => show().catch(tell);

$('files').onchange = ({ target }) => { upload([...target.files]); target.value = ''; };
$('more').onclick = () => { limit = Math.min(1000, limit + PAGE_SIZE); refresh(); };
let inside = 0;
const over = (by) => { inside += by; document.body.classList.toggle('over', inside > 0); };
addEventListener('dragenter', () => over(1));
addEventListener('dragleave', () => over(-1));
addEventListener('dragover', (event) => event.preventDefault());
addEventListener('drop', (event) => {
  event.preventDefault();
  over(-inside);
  upload([...event.dataTransfer.files]);
});
setInterval(() => { if (!document.hidden) refresh(); }, 5000);
refresh();
`;
