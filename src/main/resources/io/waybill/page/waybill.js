// Everything works without this but what moves: times in the zone of who looks, and a run's progress as it goes.
(() => {
  'use strict';

  const format = new Intl.DateTimeFormat('en-GB', {
    year: 'numeric', month: 'short', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short',
  });

  function localTimes(within) {
    within.querySelectorAll('time[datetime]').forEach((element) => {
      const time = new Date(element.getAttribute('datetime'));
      if (!Number.isNaN(time.getTime()) && !element.title) {
        element.title = element.textContent;
        // a line ends between date and time alone
        element.textContent = format.format(time).replace(/ /g, '\u00a0').replace(/,\u00a0/g, ', ');
      }
    });
  }

  const count = new Intl.NumberFormat('en-GB');

  function left(seconds) {
    if (seconds < 120) return `${seconds} s`;
    return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
  }

  // A run that goes on: how far it is, until it ends; then the page tells how it ended.
  function follow(section) {
    const find = (name) => section.querySelector(`[data-${name}]`);
    const words = { plan: 'It is planned.', stage: 'Rows are read and written.', publish: 'The files are on their way.' };
    const events = new EventSource(section.dataset.events);
    section.querySelectorAll('.without-script').forEach((element) => { element.hidden = true; });
    events.addEventListener('progress', (event) => {
      const data = JSON.parse(event.data);
      const expected = data.expected_rows;
      find('rows').textContent = `${count.format(data.rows)} rows${expected ? ` of about ${count.format(expected)}` : ''}`;
      find('left').textContent = data.seconds_left === undefined ? '' : `, about ${left(data.seconds_left)} left`;
      const stage = words[data.stage] || '';
      if (find('stage').textContent !== stage) find('stage').textContent = stage;
      if (expected) {
        find('bar').max = expected;
        find('bar').value = Math.min(data.rows, expected);
      } else {
        find('bar').removeAttribute('value');
      }
    });
    events.addEventListener('end', () => {
      events.close();
      window.location.reload();
    });
  }

  // What may have changed while one looked elsewhere is asked for again, but not under the hands of who writes into it.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible' || !window.htmx) return;
    document.querySelectorAll('[data-renewed]').forEach((part) => {
      const isAtWork = part.contains(document.activeElement)
        || [...part.querySelectorAll('input:not([type=hidden]), textarea')].some((field) => field.value !== '');
      if (!isAtWork) window.htmx.trigger(part, 'renew');
    });
  });

  localTimes(document);
  document.querySelectorAll('[data-events]').forEach(follow);
  document.addEventListener('htmx:afterSettle', () => localTimes(document));
})();
