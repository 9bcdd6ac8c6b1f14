// Plays a recording in its page after a click, from the second that was asked for. Without this script the same links lead to the
// provider.
for (const player of document.querySelectorAll('.player')) {
  const { frame, file, kind, name } = player.dataset;
  if (!frame && !file) continue;
  let media;
  const play = (second) => {
    if (file) {
      if (!media) {
        media = document.createElement(kind);
        media.controls = true;
        media.src = file;
        const text = player.dataset.transcript;
        if (text && kind === 'video') {
          const track = document.createElement('track');
          track.kind = 'captions';
          track.src = new URL(text).pathname;
          media.append(track);
        }
      }
      if (second) media.currentTime = second;
      media.play()?.catch(() => {}); // the controls are there
    } else {
      media = document.createElement('iframe');
      const address = new URL(frame);
      address.searchParams.set('autoplay', '1');
      if (second && address.hostname.includes('youtube')) address.searchParams.set('start', second);
      else if (second) address.hash = `t=${second}s`;
      media.src = address;
      media.title = name;
      media.allow = 'autoplay; encrypted-media; fullscreen; picture-in-picture';
      media.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-popups allow-presentation');
      media.referrerPolicy = 'strict-origin-when-cross-origin';
    }
    player.querySelector('.stage').replaceChildren(media);
    media.focus();
  };
  const recording = player.closest('.recording');
  recording.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-second], a.play');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    play(Number(link.dataset.second || 0));
    if (link.dataset.second) player.scrollIntoView({ block: 'nearest' });
  });
}
