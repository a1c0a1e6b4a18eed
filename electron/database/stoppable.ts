const INTERRUPT_MS = 50

/** Runs `work` so that it fails soon after `signal` is aborted, whatever statement runs then: `interrupt` ends that one. */
export async function stoppable<Result>(
  signal: AbortSignal,
  interrupt: () => void,
  work: () => Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted()
  let interrupting: NodeJS.Timeout | null = null
  const stop = () => {
    interrupt()
    // Between two statements there was nothing to end.
    interrupting = setInterval(interrupt, INTERRUPT_MS)
  }
  signal.addEventListener('abort', stop)
  try {
    return await work()
  } finally {
    signal.removeEventListener('abort', stop)
    if (interrupting) clearInterval(interrupting)
  }
}
