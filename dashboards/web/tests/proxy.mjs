import { connect, createServer } from "node:net";

/**
 * Stands between a browser and a server on this machine. breakOff ends what is open and takes nothing new until goOn; stall
 * leaves everything open, old and new, and lets nothing through, as a network does that is gone without a word.
 */
export async function startProxy(port) {
  const open = new Set();
  let isBroken = false;
  let isStalled = false;
  const server = createServer((client) => {
    if (isBroken) return client.destroy();
    if (isStalled) {
      open.add(client);
      client.on("error", () => client.destroy());
      client.on("close", () => open.delete(client));
      return;
    }
    const upstream = connect(port, "127.0.0.1");
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ]) {
      open.add(one);
      one.pipe(other);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const end = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    breakOff() {
      isBroken = true;
      end();
    },
    stall() {
      isStalled = true;
      for (const socket of open) {
        socket.unpipe();
        socket.pause();
      }
    },
    goOn() {
      // What was stalled never comes to life again.
      if (isStalled) end();
      isBroken = false;
      isStalled = false;
    },
    stop() {
      end();
      server.close();
    },
  };
}
