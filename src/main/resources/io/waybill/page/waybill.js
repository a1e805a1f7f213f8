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
        element.textContent = format.format(time);
      }
    });
  }

  localTimes(document);
  document.addEventListener('htmx:afterSettle', (event) => localTimes(event.target));
})();
