// What takes promises, streams and options, in the language that they are made for.

// What `work` comes to, or `undefined` when it takes longer. It goes on all the same;
// only nobody waits for it.
export async function within(work, millis) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, millis);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

export const after = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

// Status and bytes of what an object answers to bytes.
export async function ask(object, address, body) {
  const answer = await object.fetch(address, { method: "POST", body });
  return [answer.status, await answer.arrayBuffer()];
}

// The bytes of a body; `undefined` when they are more than `limit`. Up to `drain` more
// are read and thrown away.
export async function bytes(body, limit, drain) {
  const chunks = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length <= limit) chunks.push(chunk);
    else if (length > limit + drain) break;
  }
  return length > limit ? undefined : new Blob(chunks).arrayBuffer();
}

// What was thrown, in one line: the platform repeats its errors on further ones, with
// where they came from.
export const said = (thrown) => String(thrown?.message ?? thrown).split("\n", 1)[0];

// `entry.js` goes on with another instance then.
export const markAsBroken = () => {
  globalThis.__worker_init_state.criticalError = true;
};
