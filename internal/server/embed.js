(() => {
  const form = document.querySelector('form');
  for (const button of document.querySelectorAll('button[data-copy]')) {
    button.hidden = false;
    button.addEventListener('click', async () => {
      const text = document.getElementById(button.dataset.copy);
      text.select();
      try { await navigator.clipboard.writeText(text.value); } catch { document.execCommand('copy'); }
      button.textContent = button.dataset.done;
    });
  }
  form?.addEventListener('change', () => form.requestSubmit());
})();
