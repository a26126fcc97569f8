/** Svelte's TypeScript needs no preprocessor; runes only. */
export default { compilerOptions: { runes: true } };
