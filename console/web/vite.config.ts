import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  logLevel: 'warn',
  build: {
    target: 'es2023',
    emptyOutDir: true,
    // The content security policy lets in nothing but files of this origin.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
  },
});
