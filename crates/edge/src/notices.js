// What leaves for receivers: webhooks by the platform's fetch, letters by its binding
// for e-mail. Answers a status and after how many seconds the receiver wants to be
// asked again; where there was no answer, 0, or 1 when it took too long.

const PATIENCE = 15_000;

export const post = async (url, id, timestamp, signature, body) => {
  try {
    const answer = await fetch(url, {
      method: "POST",
      // An address is where things are sent, and nowhere else.
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
      headers: {
        "content-type": "application/json",
        "user-agent": "Keyway",
        "webhook-id": id,
        "webhook-timestamp": timestamp,
        "webhook-signature": signature,
      },
      body,
    });
    // Never read, however long it is.
    answer.body?.cancel().catch(() => {});
    const after = answer.headers.get("retry-after") ?? 0;
    const seconds = Number(after);
    return [answer.status, Number.isNaN(seconds) ? (Date.parse(after) - Date.now()) / 1000 : seconds];
  } catch (error) {
    return [error?.name === "TimeoutError" ? 1 : 0, 0];
  }
};

export const mail = async (binding, from, to, subject, text, html) => {
  try {
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, 1));
    const sent = binding.send({ from, to, subject, text, html }).then(() => 200);
    return [await Promise.race([sent, late]), 0];
  } catch {
    return [0, 0];
  }
};
