// AES-256-GCM by the platform (https://w3c.github.io/webcrypto/#aes-gcm). The
// bytes are copied before anything is awaited: wasm's memory may move meanwhile.

const cipher = async (usage, key, nonce, about, bytes) => {
  const parameters = {
    name: "AES-GCM",
    iv: nonce.slice(),
    additionalData: new TextEncoder().encode(about),
  };
  const input = bytes.slice();
  const imported = await crypto.subtle.importKey("raw", key.slice(), "AES-GCM", false, [usage]);
  return new Uint8Array(await crypto.subtle[usage](parameters, imported, input));
};

export const seal = (key, nonce, about, text) =>
  cipher("encrypt", key, nonce, about, new TextEncoder().encode(text));

export const open = async (key, nonce, about, sealed) =>
  new TextDecoder().decode(await cipher("decrypt", key, nonce, about, sealed));
