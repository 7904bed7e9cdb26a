/**
 * Ends a WebSocket provider of ethers. It unsubscribes on its own time, and rejects what is under way when it is destroyed;
 * replies come in order, so one more call waits for them.
 */
export async function closeProvider(provider) {
  await provider.removeAllListeners()
  await provider.send('eth_chainId', [])
  await provider.destroy()
}
