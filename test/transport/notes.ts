/** Collects what a mirror notes; `noted` resolves when it has said this since the beginning. */
export function createNotes(): { take(text: string): void; noted(text: string): Promise<void> } {
  let said = ''
  const waiting: { text: string; resolve(): void }[] = []
  return {
    take(text) {
      said += text
      for (const { text: wanted, resolve } of waiting) if (said.includes(wanted)) resolve()
    },
    noted: (text) => (said.includes(text) ? Promise.resolve() : new Promise((resolve) => waiting.push({ text, resolve }))),
  }
}
