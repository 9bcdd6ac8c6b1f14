(() => {
  // In WordPress's sandbox no link may open anything; its page opens those of this host for us, and makes room.
  const secret = new URLSearchParams(location.hash.replace(/^#\?/, '')).get('secret');
  const tell = (message, value) => parent.postMessage({ message, value, secret }, '*');
  if (parent !== self) {
    const size = () => {
      tell('height', Math.ceil(document.documentElement.getBoundingClientRect().height));
      parent.postMessage({ hub: 'height', value: Math.ceil(document.documentElement.getBoundingClientRect().height) }, '*');
    };
    addEventListener('load', size);
    if (self.ResizeObserver) new ResizeObserver(size).observe(document.documentElement);
    if (secret) addEventListener('click', (event) => {
      const a = event.target.closest?.('a[href]');
      if (a) { event.preventDefault(); tell('link', a.href); }
    });
  }
  // Time moves the buttons: look again when it does.
  const changes = Date.parse(document.currentScript.dataset.changes);
  if (changes) setTimeout(() => location.reload(), Math.min(Math.max(changes - Date.now() + 500, 5000), 2 ** 31 - 1));
})();
