// The videos of an episode, frame by frame. What is shown is what the browser presented: the callback of each
// presented frame copies the picture and says which frame it is (mediaTime), so that labels are drawn on the frame
// that they belong to and not on the one that a clock expects.
"use strict";

GW.film = function (page, told) { // told.frame(n) when the first camera moved, told.paint(track), told.state(playing)
  const last = page.length - 1, fps = page.fps;
  const film = { now: 0, playing: false, rate: 1, from: 0, to: last, loop: false, tracks: [] };
  let closed = false, corrected = 0;

  for (const camera of page.cameras) {
    const video = GW.el("video", { src: camera.url, preload: "auto", playsinline: true, tabindex: "-1", "aria-hidden": "true" });
    video.muted = true;
    const still = document.createElement("canvas");
    const track = { camera, video, still, frame: -1, wanted: 0, tries: 0, failed: "" };
    film.tracks.push(track);
    const presented = (mediaTime) => {
      const frame = Math.round((mediaTime - camera.start) * fps);
      if (frame < 0 || frame > last) return; // of another episode in the same file
      if (still.width !== video.videoWidth) { still.width = video.videoWidth; still.height = video.videoHeight; }
      still.getContext("2d").drawImage(video, 0, 0);
      track.frame = frame;
      told.paint(track);
      if (track === film.tracks[0] && film.playing) moved(frame);
    };
    if (video.requestVideoFrameCallback) {
      const again = (_, facts) => { if (!closed) { presented(facts.mediaTime); video.requestVideoFrameCallback(again); } };
      video.requestVideoFrameCallback(again);
    } else { // older browsers: the time line is all there is
      let seen = -1;
      const again = () => {
        if (closed) return;
        const t = Math.floor((video.currentTime - camera.start) * fps + 1e-3);
        if (!video.seeking && video.readyState >= 2 && t !== seen) { seen = t; presented(camera.start + t / fps); }
        requestAnimationFrame(again);
      };
      requestAnimationFrame(again);
    }
    video.addEventListener("loadedmetadata", () => { if (film.now || camera.start) aim(track); });
    video.addEventListener("seeked", () => {
      if (film.playing) return;
      if (track.aimed !== track.wanted) aim(track); else setTimeout(() => settle(track), 250);
    });
    video.addEventListener("ended", () => { if (film.playing && track === film.tracks[0]) moved(film.to); });
    video.addEventListener("error", () => { track.failed = "this browser cannot play this video"; told.paint(track); });
  }

  // One seek at a time per video; the frame wanted last wins.
  function aim(track) {
    if (track.aimed !== track.wanted) track.tries = 0;
    track.aimed = track.wanted;
    const within = 0.5 + 0.1 * ((track.tries % 3) - (track.tries % 3 > 1 ? 3 : 0)); // the middle of the frame, or nearly
    track.video.currentTime = track.camera.start + (track.wanted + within) / fps;
  }
  // A busy browser may finish a seek without presenting its picture: ask again, a hair beside.
  function settle(track) {
    if (closed || film.playing || track.video.seeking || track.frame === track.wanted || track.aimed !== track.wanted) return;
    if (++track.tries <= 10) aim(track);
  }
  function place(frame) {
    for (const track of film.tracks) {
      track.wanted = frame;
      if (track.failed || track.video.readyState < 1) continue;
      if (!track.video.seeking && (track.frame !== frame || film.playing)) aim(track);
    }
  }
  function moved(frame) {
    film.now = frame;
    told.frame(frame);
    if (frame >= film.to) {
      if (film.loop && film.to > film.from) { film.seek(film.from); start(); } else film.pause();
      return;
    }
    const lead = film.tracks[0], clock = performance.now();
    for (const track of film.tracks.slice(1)) { // the others follow the first
      const apart = track.video.currentTime - track.camera.start - (lead.video.currentTime - lead.camera.start);
      if (Math.abs(apart) > 0.6 / fps && clock - corrected > 700 && !track.video.seeking) {
        track.video.currentTime = lead.video.currentTime - lead.camera.start + track.camera.start;
        corrected = clock;
      }
    }
  }
  function start() {
    for (const track of film.tracks) {
      track.video.playbackRate = film.rate;
      track.video.play().catch(() => {}); // interrupted by a pause
    }
  }

  film.seek = function (frame) {
    film.now = Math.max(0, Math.min(last, frame));
    place(film.now);
    told.frame(film.now);
  };
  film.play = function () {
    if (!film.tracks.length) return;
    if (film.now >= film.to || film.now < film.from) film.seek(film.from);
    film.playing = true;
    told.state(true);
    start();
  };
  film.pause = function () {
    if (!film.playing) return;
    film.playing = false;
    for (const track of film.tracks) track.video.pause();
    told.state(false);
    place(film.now); // all cameras on the same frame
  };
  film.toggle = () => (film.playing ? film.pause() : film.play());
  film.step = (n) => { film.pause(); film.seek(film.now + n); };
  film.speed = (rate) => { film.rate = rate; for (const track of film.tracks) track.video.playbackRate = rate; };
  film.range = (from, to, loop) => { film.from = from; film.to = to; film.loop = loop; };
  film.close = function () {
    closed = true;
    for (const track of film.tracks) { track.video.pause(); track.video.removeAttribute("src"); track.video.load(); }
  };
  return film;
};
