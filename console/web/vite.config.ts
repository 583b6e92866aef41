import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  // All files besides the page itself lie below this path, so that no path of the gateway's own API is taken.
  base: '/console/',
  logLevel: 'warn',
  build: {
    target: 'es2023',
    emptyOutDir: true,
    // The content security policy lets in nothing but files of this origin.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
  },
});
