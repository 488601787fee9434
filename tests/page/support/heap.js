/** Everything the page's scripts still hold, as text. */
export async function heap(inspector) {
  let snapshot = "";
  const collect = ({ chunk }) => (snapshot += chunk);
  inspector.on("HeapProfiler.addHeapSnapshotChunk", collect);
  await inspector.send("HeapProfiler.collectGarbage");
  await inspector.send("HeapProfiler.takeHeapSnapshot", { reportProgress: false });
  inspector.off("HeapProfiler.addHeapSnapshotChunk", collect);
  return snapshot;
}
